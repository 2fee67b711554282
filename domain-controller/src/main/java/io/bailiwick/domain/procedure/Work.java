package io.bailiwick.domain.procedure;

import io.bailiwick.domain.admission.Roles;
import io.bailiwick.domain.audit.DomainAudit;
import io.bailiwick.domain.audit.Origins;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.schema.UserMrealmRole;
import io.bailiwick.router.audit.Actor;
import io.bailiwick.router.audit.Deed;
import io.bailiwick.router.audit.Looks;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.StoreFullException;
import io.bailiwick.router.store.WriteTransaction;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The domain's store, asked without waiting: reads and writes run on threads of their own and answer by a future. What must
 * follow a write is started after its commit, in the order of the commits, and not at all when the write fails.
 *
 * <p>Every write has somebody who asked for it, and says what it did; that is recorded in the same transaction, so that
 * neither is there without the other ({@link DomainAudit}). What is refused is recorded, too, before a write by {@link #refused}.
 */
public final class Work {
    private final Store<GlobalSchema> store;
    private final Executor executor;
    private final Origins origins;
    private final DomainAudit audit;

    /**
     * Works on a store.
     *
     * @param executor may block; may refuse, which is answered with {@code wamp.error.unavailable}
     */
    public Work(Store<GlobalSchema> store, Executor executor) {
        this(store, executor, Origins.UNKNOWN, new DomainAudit(store));
    }

    /**
     * The same for calls of which more is known.
     *
     * @param origins where calls come from
     * @param audit records what is done
     */
    public Work(Store<GlobalSchema> store, Executor executor, Origins origins, DomainAudit audit) {
        this.store = store;
        this.executor = executor;
        this.origins = origins;
        this.audit = audit;
    }

    /** The tables. */
    public GlobalSchema schema() {
        return store.schema();
    }

    /** The log of what is done. */
    public DomainAudit audit() {
        return audit;
    }

    /** The row of a node as it is now. */
    public CompletableFuture<Optional<Node>> node(UUID oid) {
        return read(tx -> schema().nodes.get(tx, oid));
    }

    /** What a user is in a realm now. */
    public CompletableFuture<Optional<UserMrealmRole>> roles(UUID user, UUID mrealm) {
        return read(tx -> schema().usersMrealmRoles.get(tx, new Pair<>(user, mrealm)));
    }

    /** Reads a snapshot. */
    public <T> CompletableFuture<T> read(Function<ReadTransaction, T> question) {
        return handed(() -> CompletableFuture.supplyAsync(() -> store.read(question), executor));
    }

    /**
     * Writes what a caller asked for, and records it. A change that is not told is undone and fails.
     *
     * @param invocation who asks for what
     * @param change checks, then changes, tells the deed in one line what was changed, and returns what is to follow the
     *     commit: that starts the effects, without waiting for anything, and its future becomes the result. What turns out to
     *     be as it should be already is neither written nor told
     */
    public <T> CompletableFuture<T> write(
            Invocation invocation, BiFunction<WriteTransaction, Deed, Supplier<CompletableFuture<T>>> change) {
        return origins.of(invocation)
                .thenCompose(
                        origin -> write(actor(invocation, origin), invocation.procedure(), named(invocation), change));
    }

    /**
     * The same for what the domain does of itself, or for somebody who did not call.
     *
     * @param action a name of ours for it, below {@code io.bailiwick.}
     */
    public <T> CompletableFuture<T> write(
            Actor actor, String action, BiFunction<WriteTransaction, Deed, Supplier<CompletableFuture<T>>> change) {
        return write(actor, action, List.of(), change);
    }

    /**
     * Does what takes its time and changes nothing here: it is recorded as begun before it begins, and again when it has ended,
     * with what came of it.
     *
     * @param told checks, and tells the deed in one line what it is done to
     * @param doing begins it, once that is on disk, and returns at once
     * @return completes with what came of it when that is on record too
     */
    public <T> CompletableFuture<T> carryOut(
            Invocation invocation, Consumer<Deed> told, Supplier<CompletableFuture<T>> doing) {
        String action = invocation.procedure();
        return origins.of(invocation).thenCompose(origin -> {
            Actor actor = actor(invocation, origin);
            return write(actor, action, named(invocation), (tx, deed) -> {
                told.accept(deed.begun());
                long begunBy = audit.log().head(tx).seq() + 1;
                return () -> handed(doing)
                        .handle((value, failure) -> audit.ended(actor, action, told, begunBy, failure)
                                .thenCompose(recorded -> failure == null
                                        ? CompletableFuture.completedFuture(value)
                                        : CompletableFuture.<T>failedFuture(failure)))
                        .thenCompose(Function.identity());
            });
        });
    }

    /**
     * Keeps what machines report, on which nobody has decided anything: it is not recorded.
     *
     * @param change as of {@link #write}
     */
    public <T> CompletableFuture<T> keep(Function<WriteTransaction, Supplier<CompletableFuture<T>>> change) {
        return written(change, cause -> CompletableFuture.completedFuture(null));
    }

    /**
     * Records a call that was refused before it came to a write: for its arguments, or because its caller may not call this. What only
     * looks by its name leaves no record, and neither do machines.
     *
     * @return completes when it is on disk, or one of so many that it is not written
     */
    public CompletableFuture<?> refused(Invocation invocation, ApplicationError error) {
        boolean machine = Roles.BACKEND.equals(invocation.details().entries().get("caller_authrole"));
        return machine || Looks.byName(invocation.procedure())
                ? CompletableFuture.completedFuture(null)
                : origins.of(invocation)
                        .thenCompose(origin ->
                                refused(actor(invocation, origin), invocation.procedure(), named(invocation), error));
    }

    private <T> CompletableFuture<T> write(
            Actor actor,
            String action,
            List<UUID> named,
            BiFunction<WriteTransaction, Deed, Supplier<CompletableFuture<T>>> change) {
        return written(
                tx -> {
                    Deed deed = audit.recorder().begun(tx, actor, action);
                    Supplier<CompletableFuture<T>> effects = change.apply(tx, deed);
                    audit.recorder().record(tx, deed);
                    return effects;
                },
                cause -> refused(actor, action, named, cause));
    }

    private <T> CompletableFuture<T> written(
            Function<WriteTransaction, Supplier<CompletableFuture<T>>> change,
            Function<Throwable, CompletableFuture<?>> refused) {
        return handed(() -> {
            CompletableFuture<T> result = new CompletableFuture<>();
            // The effects start on the writer's thread, which keeps them in the order of the commits.
            store.writeAsync(tx -> {
                        Supplier<CompletableFuture<T>> effects = change.apply(tx);
                        tx.afterCommit(() -> follow(effects, result));
                        return result;
                    })
                    .exceptionally(failure -> {
                        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
                        Throwable told = cause instanceof StoreFullException ? full() : failure;
                        refused.apply(cause).whenComplete((noted, unnoted) -> result.completeExceptionally(told));
                        return result;
                    });
            // What the caller does with the result keeps the writer waiting no longer.
            return result.whenCompleteAsync((value, failure) -> {}, executor);
        });
    }

    private static ApplicationError full() {
        return new ApplicationError(
                FabricErrors.NO_SPACE, "the disk of the domain is full: nothing can be changed until there is room");
    }

    private CompletableFuture<@Nullable Void> refused(Actor actor, String action, List<UUID> named, Throwable cause) {
        return cause instanceof ApplicationError error
                ? audit.recorder().refused(actor, action, error.uri(), named)
                : CompletableFuture.completedFuture(null);
    }

    private static Actor actor(Invocation invocation, Origins.Origin origin) {
        return new Actor(
                invocation.details().text("caller_authid").orElse(""),
                invocation.details().text("caller_authrole").orElse(""),
                null,
                origin.pubkey(),
                invocation.details().entries().get("caller") instanceof Number session ? session.longValue() : null,
                origin.address());
    }

    private static List<UUID> named(Invocation invocation) {
        return Deed.oids(invocation.arguments().list(), invocation.arguments().map());
    }

    private static <T> void follow(Supplier<CompletableFuture<T>> effects, CompletableFuture<T> result) {
        try {
            effects.get().whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    private static <T> CompletableFuture<T> handed(Supplier<CompletableFuture<T>> task) {
        try {
            return task.get();
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    new ApplicationError(Uris.UNAVAILABLE, "the domain has too much to do, try again later"));
        }
    }
}
