package io.bailiwick.domain;

import io.bailiwick.domain.admission.Roles;
import io.bailiwick.domain.isolation.ControllerOptions;
import io.bailiwick.domain.supervision.RealmControllers;
import io.bailiwick.domain.supervision.RealmStatus;
import io.bailiwick.router.handshake.Authenticator;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Decision.Admission;
import io.bailiwick.router.handshake.Decision.ProofFirst;
import io.bailiwick.router.handshake.Proof;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.server.Router;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Realm controllers that run only when somebody needs them. Nobody in a realm for as long as its options say: its controller is
 * stopped. Somebody comes to the door of the realm and has proven who it is: the controller is started, and the newcomer is let
 * in when that is ready. So whoever is in a realm finds its procedures there. A stranger who has proven nothing starts nothing.
 *
 * <p>It stands between the router and who decides on newcomers. Safe on any thread.
 */
final class RestingRealms implements Authenticator, AutoCloseable {
    /** Less than a router waits for a decision: who has waited so long is let in, and the controller comes when it comes. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration MOST_BETWEEN_LOOKS = Duration.ofSeconds(15);

    private final Authenticator behind;
    private final ControllerOptions options;
    private final LongSupplier nanos;
    /** Who needs which realm; guarded by this. */
    private final Map<String, Use> uses = new HashMap<>();

    private @Nullable RealmControllers controllers;
    private @Nullable ScheduledFuture<?> looking;

    /**
     * Of a realm.
     *
     * @param last when somebody was last known to need it
     * @param rested the process of the controller that was sent to rest last; null when somebody was let in since
     * @param waiting how many are at its door until it is ready: a start may take longer than nobody may be there
     */
    private record Use(long last, @Nullable Long rested, int waiting) {
        private static final Use NONE = new Use(0, null, 0);

        Use comes(long now) {
            return new Use(now, rested, waiting + 1);
        }

        Use enters(long now) {
            return new Use(now, null, waiting - 1);
        }

        Use there(long now) {
            return new Use(now, null, waiting);
        }

        Use sent(@Nullable Long pid) {
            return new Use(last, pid, waiting);
        }
    }

    /**
     * Decides as another does.
     *
     * @param nanos the monotonic time
     */
    RestingRealms(Authenticator behind, ControllerOptions options, LongSupplier nanos) {
        this.behind = behind;
        this.options = options;
        this.nanos = nanos;
    }

    /** Begins to look after realms: until then nobody is kept waiting, and none is stopped. */
    synchronized void begin(Router router, RealmControllers running, ScheduledExecutorService timer) {
        controllers = running;
        if (!options.anyOnDemand()) {
            return;
        }
        long millis = Math.min(shortest().toMillis() / 4, MOST_BETWEEN_LOOKS.toMillis());
        looking = timer.scheduleWithFixedDelay(
                () -> running.statuses().values().forEach(status -> look(router, status)),
                millis,
                millis,
                TimeUnit.MILLISECONDS);
    }

    private Duration shortest() {
        Duration shortest = options.standard().idleAfter();
        for (var limits : options.realms().values()) {
            Duration other = limits.idleAfter();
            if (shortest.isZero() || (!other.isZero() && other.compareTo(shortest) < 0)) {
                shortest = other;
            }
        }
        return shortest;
    }

    /** Whether the controller of a realm is to run only when somebody needs it. */
    boolean isOnDemand(String realm) {
        return !realm.equals(Roles.DOMAIN_REALM)
                && !options.of(realm).idleAfter().isZero();
    }

    private void look(Router router, RealmStatus status) {
        if (!isOnDemand(status.name()) || !status.state().equals("ready")) {
            return;
        }
        router.sessions(status.name())
                .thenAccept(joined -> seen(status, joined.stream().anyMatch(session -> !session.authrole()
                        .equals(Roles.BACKEND))));
    }

    /** Whoever was let in before this look has been noted before it, or is in the list. */
    synchronized void seen(RealmStatus status, boolean anybody) {
        long now = nanos.getAsLong();
        Use use = uses.computeIfAbsent(status.name(), first -> Use.NONE.there(now));
        RealmControllers running = controllers;
        if (use.rested() != null && use.rested().equals(status.pid())) {
            // It leaves, and is shown as ready for a moment more.
            return;
        }
        // Another one than was sent to rest was started for another reason.
        if (anybody || use.waiting() > 0 || use.rested() != null) {
            uses.put(status.name(), use.there(now));
        } else if (running != null
                && now - use.last() >= options.of(status.name()).idleAfter().toNanos()) {
            uses.put(status.name(), use.sent(status.pid()));
            running.unneeded(status.oid());
        }
    }

    /** Somebody needs a realm now. Completes when its controller is ready, or the wait was long enough. */
    private CompletableFuture<Void> awake(String realm) {
        RealmControllers running;
        synchronized (this) {
            running = controllers;
            if (running == null) {
                return CompletableFuture.completedFuture(null);
            }
            Use use = uses.getOrDefault(realm, Use.NONE);
            if (use.rested() == null && isReady(running, realm)) {
                uses.put(realm, use.there(nanos.getAsLong()));
                return CompletableFuture.completedFuture(null);
            }
            uses.put(realm, use.comes(nanos.getAsLong()));
        }
        // A controller that cannot start keeps nobody out: the realm works without it as far as it does.
        return running.awake(realm, PATIENCE).exceptionally(late -> null).thenRun(() -> enters(realm));
    }

    private static boolean isReady(RealmControllers running, String realm) {
        return running.statuses().values().stream()
                .anyMatch(
                        status -> status.name().equals(realm) && status.state().equals("ready"));
    }

    private synchronized void enters(String realm) {
        uses.computeIfPresent(realm, (name, use) -> use.enters(nanos.getAsLong()));
    }

    @Override
    public CompletionStage<Decision> authenticate(Claim claim) {
        return behind.authenticate(claim).thenCompose(decision -> {
            if (!(decision instanceof Admission admission) || !needsToWait(admission)) {
                return CompletableFuture.completedFuture(decision);
            }
            return admission
                    .proof()
                    .<CompletionStage<Decision>>map(proof -> CompletableFuture.completedFuture(new ProofFirst(proof)))
                    .orElseGet(() -> whenAwake(admission, () -> behind.authenticate(claim)));
        });
    }

    @Override
    public CompletionStage<Decision> authenticateProven(Claim claim, Proof proof) {
        return proven(claim, proof)
                .thenCompose(decision -> decision instanceof Admission admission
                                && admission.proof().equals(Optional.of(proof))
                                && needsToWait(admission)
                        ? whenAwake(admission, () -> proven(claim, proof))
                        : CompletableFuture.completedFuture(decision));
    }

    /** What is decided behind now that the proof was given: there it may have been wanted first, or only here. */
    private CompletionStage<Decision> proven(Claim claim, Proof proof) {
        if (!options.anyOnDemand()) {
            return behind.authenticateProven(claim, proof);
        }
        return behind.authenticate(claim)
                .thenCompose(decision -> decision instanceof ProofFirst
                        ? behind.authenticateProven(claim, proof)
                        : CompletableFuture.completedFuture(decision));
    }

    /** What was decided; after a wait decided anew, for much may have changed in that time. */
    private CompletionStage<Decision> whenAwake(Admission admission, Supplier<CompletionStage<Decision>> again) {
        CompletableFuture<Void> awake = awake(admission.realm());
        return awake.isDone() ? CompletableFuture.completedFuture(admission) : awake.thenCompose(ready -> again.get());
    }

    /** The realm's own backends are not whom it runs for. */
    private boolean needsToWait(Admission admission) {
        return isOnDemand(admission.realm()) && !admission.authrole().equals(Roles.BACKEND);
    }

    @Override
    public boolean stands(Admission admission) {
        return behind.stands(admission);
    }

    @Override
    public void proven(Claim claim, Admission admission) {
        behind.proven(claim, admission);
    }

    @Override
    public void loggedOut(Peer peer) {
        behind.loggedOut(peer);
    }

    @Override
    public void revoked(String realm, String authid) {
        behind.revoked(realm, authid);
    }

    @Override
    public synchronized void close() {
        controllers = null;
        if (looking != null) {
            looking.cancel(false);
        }
    }
}
