package io.bailiwick.mrealm.audit;

import io.bailiwick.mrealm.schema.AuditLine;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.router.audit.Actor;
import io.bailiwick.router.audit.AuditLog;
import io.bailiwick.router.audit.Deed;
import io.bailiwick.router.audit.Recorder;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.StoreFullException;
import io.bailiwick.router.store.WriteTransaction;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Records who does what in a management realm. Where it cannot be recorded, it is not done. */
public final class RealmAudit {
    /** The beginning of the name of the log; the realm's oid follows. */
    public static final String NAME = "mrealm ";

    /** The error of a change for which there is no room on the disk. */
    public static final String NO_SPACE = "fabric.no-space";

    /** By their names, these change nothing on a node. */
    private static final Pattern LOOKS =
            Pattern.compile(".*\\.(get|list|stat|stats|is|has|count|find|describe|query|ping)(_[a-z0-9_]*)?");

    private final ClientSession session;
    private final UUID mrealm;
    private final Store<MrealmSchema> store;
    private final AuditLog log;
    private final Recorder recorder;

    /**
     * Of the realm that has this store.
     *
     * @param session asks the router where calls come from
     */
    public RealmAudit(ClientSession session, UUID mrealm, Store<MrealmSchema> store, InstantSource clock) {
        this.session = session;
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
        return actor(invocation).thenCompose(actor -> {
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
                            Throwable told = cause(failure) instanceof StoreFullException ? full() : failure;
                            refused(actor, invocation, failure)
                                    .whenComplete((noted, unnoted) -> result.completeExceptionally(told));
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
    public CompletableFuture<@Nullable Void> passedOn(Invocation call, UUID node, String procedure) {
        if (LOOKS.matcher(procedure).matches()) {
            return CompletableFuture.completedFuture(null);
        }
        return this.<Boolean>write(call, (tx, deed) -> {
                    deed.on("node", node).to(Map.of("procedure", procedure));
                    return true;
                })
                .thenApply(written -> null);
    }

    private static @Nullable Throwable cause(Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    private static ApplicationError full() {
        return new ApplicationError(
                NO_SPACE, "the disk of the realm is full: nothing can be changed until there is room");
    }

    private CompletableFuture<@Nullable Void> refused(Actor actor, Invocation invocation, Throwable failure) {
        return cause(failure) instanceof ApplicationError error
                ? recorder.refused(actor, invocation.procedure(), error.uri(), List.of(mrealm))
                : CompletableFuture.completedFuture(null);
    }

    /** Who calls, and from where: the router knows as long as the session is there. */
    private CompletableFuture<Actor> actor(Invocation invocation) {
        if (!(invocation.details().entries().get("caller") instanceof Number caller)) {
            return CompletableFuture.failedFuture(
                    new ApplicationError(Uris.NOT_AUTHORIZED, "expected a caller who is made known, but found none"));
        }
        long id = caller.longValue();
        return session.call("wamp.session.get", id).handle((found, failure) -> {
            if (failure != null) {
                throw new ApplicationError(Uris.CANCELED, "the caller has left");
            }
            return new Actor(
                    invocation.details().text("caller_authid").orElse(""),
                    invocation.details().text("caller_authrole").orElse(""),
                    null,
                    null,
                    id,
                    address(found));
        });
    }

    private static @Nullable String address(Arguments found) {
        return !found.list().isEmpty()
                        && found.list().get(0) instanceof Map<?, ?> details
                        && details.get("transport") instanceof Map<?, ?> transport
                ? transport.get("listener") + " " + transport.get("peer")
                : null;
    }
}
