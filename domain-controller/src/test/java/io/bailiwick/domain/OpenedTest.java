package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OpenedTest {
    @Test
    void what_is_done_again_and_again_goes_on_when_it_has_failed() throws Exception {
        ScheduledExecutorService timer = Opened.timer("test");
        try {
            CountDownLatch rates = new CountDownLatch(3);
            CountDownLatch delays = new CountDownLatch(3);
            timer.scheduleAtFixedRate(() -> busy(rates), 0, 1, TimeUnit.MILLISECONDS);
            timer.scheduleWithFixedDelay(() -> busy(delays), 0, 1, TimeUnit.MILLISECONDS);
            assertTrue(rates.await(30, TimeUnit.SECONDS), "at a rate");
            assertTrue(delays.await(30, TimeUnit.SECONDS), "with a delay");
        } finally {
            timer.shutdownNow();
        }
    }

    private static void busy(CountDownLatch times) {
        times.countDown();
        throw new RejectedExecutionException("too many writes wait");
    }
}
