package io.bailiwick.domain.procedure;

import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.schema.UserMrealmRole;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.StoreFailedException;
import io.bailiwick.router.store.StoreFullException;
import io.bailiwick.router.store.WriteTransaction;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The domain's store, asked without waiting: reads and writes run on threads of their own and answer by a future. What must
 * follow a write is started after its commit, in the order of the commits, and not at all when the write fails.
 */
public final class Work {
    private final Store<GlobalSchema> store;
    private final Executor executor;
    private final CompletableFuture<String> failed = new CompletableFuture<>();

    /**
     * Works on a store.
     *
     * @param executor may block; may refuse, which is answered with {@code wamp.error.unavailable}
     */
    public Work(Store<GlobalSchema> store, Executor executor) {
        this.store = store;
        this.executor = executor;
    }

    /** The tables. */
    public GlobalSchema schema() {
        return store.schema();
    }

    /** Completes with the reason when a write has found that the store takes no more writes: only a new start helps. */
    public CompletableFuture<String> failed() {
        return failed.copy();
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
     * Writes.
     *
     * @param change checks, then changes, and returns what is to follow the commit: that starts the effects, without
     *     waiting for anything, and its future becomes the result
     */
    public <T> CompletableFuture<T> write(Function<WriteTransaction, Supplier<CompletableFuture<T>>> change) {
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
                        if (cause instanceof StoreFailedException) {
                            failed.complete(String.valueOf(cause.getMessage()));
                        }
                        result.completeExceptionally(
                                cause instanceof StoreFullException
                                        ? new ApplicationError(
                                                FabricErrors.NO_SPACE,
                                                "the disk of the domain is full: nothing can be changed until there is room")
                                        : failure);
                        return result;
                    });
            // What the caller does with the result keeps the writer waiting no longer.
            return result.whenCompleteAsync((value, failure) -> {}, executor);
        });
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
