package io.bailiwick.mrealm.audit;

import io.bailiwick.mrealm.schema.AuditLine;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.router.audit.Actor;
import io.bailiwick.router.audit.AuditLog;
import io.bailiwick.router.audit.Deed;
import io.bailiwick.router.audit.Looks;
import io.bailiwick.router.audit.Recorder;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.StoreFullException;
import io.bailiwick.router.store.WriteTransaction;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records who does what in a management realm. Where it cannot be recorded, it is not done. */
public final class RealmAudit {
    /** The beginning of the name of the log; the realm's oid follows. */
    public static final String NAME = "mrealm ";

    private static final Logger LOG = LoggerFactory.getLogger(RealmAudit.class);

    /** The error of a change for which there is no room on the disk. */
    public static final String NO_SPACE = "fabric.no-space";

    /** Who acts in these roles is a machine, which has no right to fill the log. */
    private static final Set<String> MACHINES = Set.of("node", "backend");

    private final Callers callers;
    private final UUID mrealm;
    private final Store<MrealmSchema> store;
    private final AuditLog log;
    private final Recorder recorder;

    /**
     * Of the realm that has this store.
     *
     * @param session asks the domain who calls
     */
    public RealmAudit(ClientSession session, UUID mrealm, Store<MrealmSchema> store, InstantSource clock) {
        this.callers = new Callers(session);
        this.mrealm = mrealm;
        this.store = store;
        this.log = AuditLog.of(NAME + mrealm, store.schema().auditLog, AuditLine::new, AuditLine::text, clock);
        this.recorder = new Recorder(store, log, (tx, actor) -> actor);
    }

    /** The log. */
    public AuditLog log() {
        return log;
    }

    Store<MrealmSchema> store() {
        return store;
    }

    /**
     * Writes to the realm's store what a caller asked for, and records it. A change that is not told is undone and fails; what
     * is refused by an {@link ApplicationError} is recorded too.
     *
     * @param change checks, changes, and tells the deed in one line what was changed; it runs on the thread that writes. What
     *     turns out to be as it should be already is neither written nor told
     * @return completes on the thread that writes, which may not be kept waiting
     */
    public <T> CompletableFuture<T> write(Invocation invocation, BiFunction<WriteTransaction, Deed, T> change) {
        return callers.of(invocation).thenCompose(actor -> {
            CompletableFuture<T> result = new CompletableFuture<>();
            store.writeAsync(tx -> {
                        Deed deed = recorder.begun(tx, actor, invocation.procedure())
                                .in(mrealm);
                        T value = change.apply(tx, deed);
                        recorder.record(tx, deed);
                        return value;
                    })
                    .whenComplete((value, failure) -> {
                        if (failure == null) {
                            result.complete(value);
                        } else {
                            refused(actor, invocation, failure)
                                    .whenComplete((noted, unnoted) -> result.completeExceptionally(told(failure)));
                        }
                    });
            return result;
        });
    }

    /**
     * Records that a call is about to be passed on to a node, unless by its name it only looks.
     *
     * @param procedure what is called there
     * @return completes when it is on disk: only then it may go
     */
    public CompletableFuture<PassedOn> passedOn(Invocation call, UUID node, String procedure) {
        if (Looks.byName(procedure)) {
            return CompletableFuture.completedFuture(error -> {});
        }
        return callers.of(call)
                .thenCompose(actor -> store.writeAsync(tx -> log.append(
                                tx,
                                deed(tx, actor, call, node)
                                        .to(Map.of("procedure", procedure))
                                        .begun()))
                        .thenApply(head -> ending(actor, call, node, head.seq())))
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(told(failure)));
    }

    /** A call that has gone to a node, on record. */
    @FunctionalInterface
    public interface PassedOn {
        /**
         * Records how it has ended; returns at once.
         *
         * @param error the URI of the error that the caller is answered with; null when it has a result
         */
        void answered(@Nullable String error);
    }

    private PassedOn ending(Actor actor, Invocation call, UUID node, long begunBy) {
        return error -> answered(actor, call, node, begunBy, error);
    }

    private void answered(Actor actor, Invocation call, UUID node, long begunBy, @Nullable String error) {
        String outcome = error == null ? Deed.DONE : error;
        try {
            store.writeAsync(tx -> log.append(tx, deed(tx, actor, call, node).ended(begunBy, outcome)))
                    .whenComplete((head, failure) -> {
                        if (failure != null) {
                            lost(begunBy, failure);
                        }
                    });
        } catch (RuntimeException busy) {
            // Too many writes wait, or the store is closed.
            lost(begunBy, busy);
        }
    }

    private static void lost(long begunBy, Throwable failure) {
        LOG.warn("What came of the call of record {} could not be recorded: {}", begunBy, failure.toString());
    }

    private Deed deed(ReadTransaction tx, Actor actor, Invocation call, UUID node) {
        return recorder.begun(tx, actor, call.procedure()).on("node", node).in(mrealm);
    }

    /**
     * Records a call that was refused before anything was done for it: for its arguments, or because its caller may not call
     * this. What only looks by its name leaves no record, and neither do machines.
     *
     * @return completes when it is on disk, or one of so many that it is not written
     */
    public CompletableFuture<?> refused(Invocation call, ApplicationError error) {
        return refused(call, call.procedure(), error);
    }

    /**
     * As above.
     *
     * @param meant the procedure that is meant, where it is called by another name
     */
    public CompletableFuture<?> refused(Invocation call, String meant, ApplicationError error) {
        return Looks.byName(meant)
                        || MACHINES.contains(
                                call.details().text("caller_authrole").orElse(""))
                ? CompletableFuture.completedFuture(null)
                : callers.of(call).thenCompose(actor -> refused(actor, call, error));
    }

    static @Nullable Throwable cause(Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    /** What a caller is told of a failed change. */
    private static Throwable told(Throwable failure) {
        return cause(failure) instanceof StoreFullException
                ? new ApplicationError(
                        NO_SPACE, "the disk of the realm is full: nothing can be changed until there is room")
                : failure;
    }

    private CompletableFuture<@Nullable Void> refused(Actor actor, Invocation invocation, Throwable failure) {
        return cause(failure) instanceof ApplicationError error
                ? recorder.refused(
                        actor,
                        invocation.procedure(),
                        error.uri(),
                        Stream.concat(
                                        Stream.of(mrealm),
                                        Deed.oids(
                                                invocation.arguments().list(),
                                                invocation.arguments().map())
                                                .stream())
                                .toList())
                : CompletableFuture.completedFuture(null);
    }
}
