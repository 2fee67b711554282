package io.bailiwick.router.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is counted on many threads. */
@Conforms(Feature.HEALTH_AND_METRICS)
class MessageCountsTest {
    @Test
    void nothing_is_missing_of_what_threads_have_counted_also_of_those_that_have_ended() throws InterruptedException {
        MessageCounts counts = new MessageCounts(4);
        for (int turn = 1; turn <= 5; turn++) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(new Thread(() -> {
                    for (int j = 0; j < 10_000; j++) {
                        counts.count(1);
                        counts.count(3);
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            counts.count(0);
            long[] sums = counts.sums();
            assertEquals(turn, sums[0]);
            assertEquals(turn * 40_000L, sums[1]);
            assertEquals(0, sums[2]);
            assertEquals(turn * 40_000L, sums[3]);
        }
    }
}
