package io.bailiwick.domain.audit;

import io.bailiwick.domain.schema.AuditLine;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.router.audit.Actor;
import io.bailiwick.router.audit.AuditLog;
import io.bailiwick.router.audit.AuditLog.Retention;
import io.bailiwick.router.audit.Deed;
import io.bailiwick.router.audit.Recorder;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.store.ExpiryClock;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Store;
import java.io.IOException;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of a domain. {@link #of} gives the log itself, for who changes something and records it in the same transaction. Any
 * thread.
 */
public final class DomainAudit {
    /** The name of the log, in each of its records. */
    public static final String NAME = "domain";

    /** Action: a user who was not known has proven a mail address and a key. */
    public static final String REGISTERED = "io.bailiwick.audit.user_registered";
    /** Action: a user has another key. */
    public static final String KEY_ADDED = "io.bailiwick.audit.key_added";
    /** Action: a user has joined a realm. */
    public static final String LOGGED_IN = "io.bailiwick.audit.logged_in";
    /** Action: the configuration and the superusers' key files are read again. */
    public static final String RELOADED = "io.bailiwick.audit.configuration_reloaded";
    /** Action: the oldest records go, as the configuration says. */
    public static final String CUT = "io.bailiwick.audit.cut";
    /** Action: a store that had nothing was given a superuser and the default realm. */
    public static final String SEEDED = "io.bailiwick.audit.domain_seeded";
    /** Action: the domain runs. */
    public static final String STARTED = "io.bailiwick.audit.domain_started";
    /** Action: the domain was asked to end, and does. */
    public static final String STOPPED = "io.bailiwick.audit.domain_stopped";

    private static final Logger LOG = LoggerFactory.getLogger(DomainAudit.class);
    private static final long CUT_NANOS = TimeUnit.HOURS.toNanos(1);

    private final AtomicLong cut = new AtomicLong(System.nanoTime() - CUT_NANOS);
    private final Store<GlobalSchema> store;
    private final AuditLog log;
    private final Recorder recorder;

    /** Of the domain that has this store. */
    public DomainAudit(Store<GlobalSchema> store) {
        this(store, Clock.systemUTC());
    }

    /** The same by another clock. */
    public DomainAudit(Store<GlobalSchema> store, InstantSource clock) {
        this.store = store;
        this.log = of(store.schema(), clock);
        this.recorder = new Recorder(store, log, this::known);
    }

    /** The log in a store of this schema. */
    public static AuditLog of(GlobalSchema schema, InstantSource clock) {
        return AuditLog.of(NAME, schema.auditLog, AuditLine::new, AuditLine::text, clock);
    }

    private Actor known(ReadTransaction tx, Actor actor) {
        return actor.withUser(
                store.schema().idxUsersByEmail.key(tx, actor.authid()).orElse(null));
    }

    /** The log. */
    public AuditLog log() {
        return log;
    }

    /** Writes what is done and what was refused. */
    public Recorder recorder() {
        return recorder;
    }

    /**
     * Notes that a user has joined a realm: as many of one user's logins as one may cause. Returns at once.
     *
     * @param details how it has joined
     */
    public void loggedIn(Actor actor, String realm, Map<String, ?> details) {
        recorder.note(actor, LOGGED_IN, (tx, deed, others) -> deed.on("session", String.valueOf(actor.session()))
                .in(store.schema().idxMrealmsByName.key(tx, realm).orElse(null))
                .to(details)
                .missed(others));
    }

    /**
     * Records what came of something that has a record from when it was begun.
     *
     * @param told tells the deed what it was done to
     * @param begunBy the number of that record
     * @param failure why it was not done; null when it was
     * @return completes when it is on disk, or could not be written
     */
    public CompletableFuture<@Nullable Void> ended(
            Actor actor, String action, Consumer<Deed> told, long begunBy, @Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        String outcome =
                cause == null ? Deed.DONE : cause instanceof ApplicationError error ? error.uri() : Uris.RUNTIME_ERROR;
        try {
            return store.writeAsync(tx -> {
                        Deed deed = recorder.begun(tx, actor, action).ended(begunBy, outcome);
                        told.accept(deed);
                        return log.append(tx, deed);
                    })
                    .handle((head, unwritten) -> {
                        if (unwritten != null) {
                            lost(begunBy, unwritten);
                        }
                        return null;
                    });
        } catch (RuntimeException busy) {
            // Too many writes wait, or the store is closed.
            lost(begunBy, busy);
            return CompletableFuture.completedFuture(null);
        }
    }

    private static void lost(long begunBy, Throwable failure) {
        LOG.warn("What came of record {} of the audit log could not be recorded: {}", begunBy, failure.toString());
    }

    /**
     * Records that an operator of this machine asks for something. When this returns, it is on disk.
     *
     * @throws IOException when it could not be recorded: then it is not to be done
     */
    public void asked(String action) throws IOException {
        try {
            own(action, Map.of());
        } catch (RuntimeException e) {
            throw new IOException("expected to write the audit log, but it failed: " + e.getMessage(), e);
        }
    }

    /**
     * Removes what is not kept any longer, at most once an hour. Returns at once.
     *
     * @param expiry what the age of records is counted by
     */
    public void keep(Retention retention, ExpiryClock expiry) {
        long now = System.nanoTime();
        long last = cut.get();
        if (retention.equals(Retention.ALL) || now - last < CUT_NANOS || !cut.compareAndSet(last, now)) {
            return;
        }
        try {
            store.writeAsync(tx -> {
                        Deed deed = new Deed(Actor.system(NAME), CUT);
                        long gone = log.cut(tx, retention, expiry.instant(), deed);
                        recorder.record(tx, deed);
                        return gone;
                    })
                    .whenComplete((gone, failure) -> {
                        if (failure != null) {
                            LOG.warn("The audit log could not be cut: {}", failure.toString());
                        } else if (gone > 0) {
                            LOG.info("{} records of the audit log are gone, as the configuration says", gone);
                        }
                    });
        } catch (RuntimeException busy) {
            LOG.warn("The audit log could not be cut: {}", busy.toString());
        }
    }

    /** Records what the domain does of itself. When this returns, it is on disk. */
    public void own(String action, Map<String, ?> details) {
        store.writeAll(tx -> log.append(
                tx, new Deed(Actor.system(NAME), action).on("domain", NAME).to(details)));
    }
}
