package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whom the threads that check proofs make way for. */
class ProofsTest {
    private final AtomicInteger gaveWay = new AtomicInteger();
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final Proofs proofs = new Proofs(1, gaveWay::incrementAndGet, clock::get);

    @AfterEach
    void close() {
        proofs.close();
    }

    /** How often it gave way after so many proofs. */
    private int checked(int number) throws Exception {
        CompletableFuture<Integer> before = new CompletableFuture<>();
        CompletableFuture<Integer> after = new CompletableFuture<>();
        proofs.execute(() -> before.complete(gaveWay.get()));
        for (int i = 1; i < number; i++) {
            proofs.execute(() -> {});
        }
        // There is one thread: it is past them when it does the next.
        proofs.execute(() -> after.complete(gaveWay.get()));
        return after.get() - before.get();
    }

    @Test
    void nobody_is_made_way_for_while_there_are_only_logins() throws Exception {
        assertEquals(0, checked(10));
    }

    @Test
    void sessions_that_speak_are_made_way_for_after_each_proof_and_a_tenth_of_a_second_longer() throws Exception {
        proofs.heard();
        assertEquals(10, checked(10));
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(99));
        assertEquals(10, checked(10));
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(2));
        assertEquals(0, checked(10));
        proofs.heard();
        assertEquals(10, checked(10));
    }

    @Test
    void a_check_that_fails_ends_no_other_one() throws Exception {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        CountDownLatch said = new CountDownLatch(1);
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> said.countDown());
        try {
            proofs.execute(() -> {
                throw new IllegalStateException("a check that fails");
            });
            said.await();
            assertEquals(0, checked(3));
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void a_closed_one_checks_nothing() {
        proofs.close();
        assertThrows(RejectedExecutionException.class, () -> proofs.execute(() -> {}));
    }
}
