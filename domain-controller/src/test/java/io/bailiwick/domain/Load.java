package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.client.ApplicationError;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Does the same thing again and again, a little apart, until it is closed or it fails. */
final class Load implements AutoCloseable {
    private static final Set<String> NOBODY = Set.of("wamp.error.canceled", "wamp.error.no_such_procedure");

    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<Exception> failures = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> taken = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<Void> ended;

    /**
     * Begins.
     *
     * @param apart milliseconds from the end of one to the next: who asks without end takes the processors from the rest
     */
    Load(int apart, Callable<?> work) {
        this.ended = CompletableFuture.runAsync(() -> run(apart, work), task -> new Thread(task, "load").start());
    }

    private void run(int apart, Callable<?> work) {
        while (!stop.get()) {
            try {
                long begin = System.nanoTime();
                work.call();
                taken.add(System.nanoTime() - begin);
                TimeUnit.MILLISECONDS.sleep(apart);
            } catch (Exception failure) {
                failures.add(failure);
                return;
            }
        }
    }

    /** A call to a controller that may be dead: it must end, be it with a result or, which is false, with the error of that. */
    static boolean answered(Callable<?> call) throws Exception {
        try {
            call.call();
            return true;
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof ApplicationError error && NOBODY.contains(error.uri())) {
                return false;
            }
            throw failure;
        }
    }

    /** Waits until it has failed. */
    void awaitFailure() {
        ended.orTimeout(30, TimeUnit.SECONDS).join();
    }

    void assertNothingFailed() {
        assertEquals(List.of(), List.copyOf(failures));
    }

    /** How long each took, in words. */
    String figures() {
        synchronized (taken) {
            List<Long> sorted = taken.stream().sorted().toList();
            return sorted.isEmpty()
                    ? "none"
                    : String.format(
                            "%d, median %.2f ms, p99 %.2f ms, longest %.2f ms",
                            sorted.size(),
                            sorted.get(sorted.size() / 2) / 1e6,
                            sorted.get(sorted.size() * 99 / 100) / 1e6,
                            sorted.get(sorted.size() - 1) / 1e6);
        }
    }

    @Override
    public void close() {
        stop.set(true);
        ended.orTimeout(90, TimeUnit.SECONDS).join();
    }
}
