package io.bailiwick.router.server;

import io.bailiwick.router.broker.EventStore;
import io.bailiwick.router.link.Loop;
import io.bailiwick.router.link.QueueBudget;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.realm.Realm;
import io.bailiwick.router.rights.ProcedureCall;
import io.bailiwick.router.rights.RealmRights;
import io.bailiwick.router.rights.RealmRoles;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.session.RealmMetrics;
import io.bailiwick.router.session.RealmThread;
import io.bailiwick.router.session.RoleLimits;
import io.bailiwick.router.session.RoleLimits.Traffic;
import io.bailiwick.router.session.Surroundings;
import io.bailiwick.router.session.Timer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A realm, the roles that exist in it, and the event loop that it runs on. Safe on any thread. */
final class OpenRealm {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Realm realm;
    private final Loop loop;
    private final SessionIds ids;
    private final RealmMetrics metrics;
    private final RealmCalls calls;
    private final Traffic traffic;
    /** What may wait for all of its sessions. */
    private final QueueBudget queues;

    private volatile RealmRoles roles;

    private OpenRealm(
            Realm realm, Loop loop, SessionIds ids, RealmMetrics metrics, RealmCalls calls, RealmTemplate template) {
        this.realm = realm;
        this.loop = loop;
        this.ids = ids;
        this.metrics = metrics;
        this.calls = calls;
        this.traffic = template.options().sessions().traffic();
        this.queues = new QueueBudget(template.options().sessions().queueBytes());
        this.roles = template.roles();
    }

    /** The calls that a realm makes to those who decide in it; it has to be there first. */
    private static final class RealmCalls implements ProcedureCall {
        private final long timeoutMillis;
        private volatile @Nullable Realm realm;

        RealmCalls(long timeoutMillis) {
            this.timeoutMillis = timeoutMillis;
        }

        @Override
        public CompletionStage<Values> call(String procedure, Values arguments) {
            return Objects.requireNonNull(realm).call(procedure, arguments, timeoutMillis);
        }
    }

    /**
     * Opens a realm.
     *
     * @param revocation takes the authid of a session that was killed
     */
    static OpenRealm open(
            String name,
            RealmTemplate template,
            Loop loop,
            SessionIds ids,
            Consumer<String> revocation,
            RealmMetrics metrics,
            EventStore history) {
        RealmCalls calls = new RealmCalls(template.options().decisionMillis());
        Realm realm = new Realm(
                name,
                thread(loop),
                new Surroundings(
                        rights(template.roles(), calls),
                        new RealmPayloads(),
                        new DrawnIds(RANDOM),
                        InstantSource.system(),
                        (millis, step) -> timeout(loop.schedule(step, millis, TimeUnit.MILLISECONDS)),
                        bound -> ThreadLocalRandom.current().nextInt(bound),
                        revocation,
                        metrics),
                template.options(),
                history);
        calls.realm = realm;
        return new OpenRealm(realm, loop, ids, metrics, calls, template);
    }

    private static Authorizer rights(RealmRoles roles, ProcedureCall calls) {
        return new RealmRights(roles, calls, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    }

    private static RealmThread thread(Loop loop) {
        return new RealmThread() {
            @Override
            public void execute(Runnable step) {
                loop.execute(step);
            }

            @Override
            public boolean isCurrent() {
                return loop.isCurrent();
            }
        };
    }

    private static Timer.Timeout timeout(ScheduledFuture<?> step) {
        return () -> step.cancel(false);
    }

    /** The realm. */
    Realm realm() {
        return realm;
    }

    /** The roles that exist in it now. */
    RealmRoles roles() {
        return roles;
    }

    /** The event loop that it runs on. */
    Loop loop() {
        return loop;
    }

    /** The ids of sessions. */
    SessionIds ids() {
        return ids;
    }

    /** Counts what happens in it. */
    RealmMetrics metrics() {
        return metrics;
    }

    /** What may wait for all of its sessions. */
    QueueBudget queues() {
        return queues;
    }

    /** What may pass the link of a session of a role. */
    Traffic traffic(String authrole) {
        RoleLimits limits = roles.limits().get(authrole);
        return limits == null ? traffic : limits.traffic();
    }

    /**
     * Other roles and rights, for those who are there and those who come.
     *
     * @return the ids of the sessions that were ended because their role is gone
     */
    CompletableFuture<List<Long>> change(RealmRoles other, Message.Goodbye goodbye) {
        roles = other;
        CompletableFuture<List<Long>> ended = new CompletableFuture<>();
        realm.change(rights(other, calls), goodbye, ended::complete);
        return ended;
    }

    /** As {@link #change(RealmRoles, Message.Goodbye)}, and with those other options that an open realm can take. */
    CompletableFuture<List<Long>> change(RealmTemplate other, Message.Goodbye goodbye) {
        roles = other.roles();
        CompletableFuture<List<Long>> ended = new CompletableFuture<>();
        realm.change(rights(other.roles(), calls), other.options(), goodbye, ended::complete);
        return ended;
    }
}
