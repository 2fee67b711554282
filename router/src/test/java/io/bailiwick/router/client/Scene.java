package io.bailiwick.router.client;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bailiwick.router.client.jawampa.Insight;
import io.bailiwick.router.client.jawampa.JawampaSession;
import io.bailiwick.router.client.session.DirectSession;
import io.bailiwick.router.message.Dict;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.Parameter;

/** What the tests of the client have in common: a scripted router, an executor, and patience. */
abstract class Scene {
    static final Dict NO_OPTIONS = Dict.EMPTY;

    @Parameter
    Client.Carrier carrier = Client.Carrier.DIRECT;

    final ScriptedRouter router = new ScriptedRouter();
    final ExecutorService callbacks = Executors.newFixedThreadPool(2, task -> new Thread(task, "callbacks"));

    @AfterEach
    void stop() {
        callbacks.shutdownNow();
        router.close();
    }

    JoinedSession join() throws Exception {
        return join(Identity.anonymous("r1"));
    }

    JoinedSession join(Identity identity) throws Exception {
        return (JoinedSession) within10s(Client.join(router, identity, callbacks, carrier));
    }

    /** How many requests wait for the router, in whatever tables there are. */
    static int waiting(JoinedSession session) throws Exception {
        return session.session instanceof DirectSession direct
                ? io.bailiwick.router.client.session.Insight.waiting(direct)
                : Math.max(Insight.waiting((JawampaSession) session.session), Insight.waitingInJawampa((JawampaSession)
                        session.session));
    }

    /** How many messages were ignored. */
    static long ignored(JoinedSession session) throws Exception {
        return session.session instanceof DirectSession direct
                ? io.bailiwick.router.client.session.Insight.ignored(direct)
                : Insight.ignored((JawampaSession) session.session);
    }

    static <T> T within10s(CompletableFuture<T> stage) throws Exception {
        return stage.get(10, TimeUnit.SECONDS);
    }

    static <E extends Throwable> E failureOf(Class<E> type, CompletableFuture<?> stage) {
        Throwable failure =
                assertThrows(ExecutionException.class, () -> within10s(stage)).getCause();
        if (failure instanceof CompletionException && failure.getCause() != null) {
            failure = failure.getCause();
        }
        Throwable found = failure;
        return type.cast(assertThrows(type, () -> {
            throw found;
        }));
    }

    static void until(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the condition did not come true within 20 s");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
