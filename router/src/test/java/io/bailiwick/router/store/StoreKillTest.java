package io.bailiwick.router.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.store.Form.Pair;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a writing process at random points. {@code -Dbailiwick.store.kills=1000} makes a soak of it. */
final class StoreKillTest {
    private static final int KILLS = Integer.getInteger("bailiwick.store.kills", 15);
    private static final long SEED = Long.getLong("bailiwick.store.seed", 20261121L);

    @TempDir
    Path directory;

    @Test
    void nothingAcknowledgedIsLostAndTheOrderIsKept() throws Exception {
        Random random = new Random(SEED);
        long[] acknowledged = new long[StoreChild.THREADS];
        Arrays.fill(acknowledged, -1);
        for (int kill = 0; kill < KILLS; kill++) {
            StoreChild child = StoreChild.start("write", directory);
            assertEquals("READY", child.line(), "kill " + kill + " of seed " + SEED);
            // Some die in their first write, some after many.
            int lines = random.nextInt(4) == 0 ? random.nextInt(4) : random.nextInt(600);
            for (int line = 0; line < lines; line++) {
                note(child.line(), acknowledged);
            }
            LockSupport.parkNanos(random.nextInt(2_000_000));
            child.kill();
            for (String line = child.line(); line != null; line = child.line()) {
                note(line, acknowledged);
            }
            check(acknowledged, "kill " + kill + " of seed " + SEED);
        }
    }

    private static void note(String line, long[] acknowledged) {
        String[] words = line.split(" ", -1);
        // The last line of a killed process may be cut short; then it says less, never more.
        if (words.length == 2 && !words[1].isEmpty()) {
            int thread = Integer.parseInt(words[0]);
            acknowledged[thread] = Math.max(acknowledged[thread], Long.parseLong(words[1]));
        }
    }

    private void check(long[] acknowledged, String when) {
        try (Store<FleetSchema> store = Store.open(directory, new FleetSchema())) {
            for (int thread = 0; thread < acknowledged.length; thread++) {
                Pair<Long, Long> from = new Pair<>((long) thread, Long.MIN_VALUE);
                Pair<Long, Long> until = new Pair<>(thread + 1L, Long.MIN_VALUE);
                List<Long> numbers = store.read(tx -> store.schema()
                        .log
                        .range(tx, from, until, false)
                        .map(row -> row.row().number())
                        .toList());
                for (int i = 0; i < numbers.size(); i++) {
                    assertEquals(i, numbers.get(i), when);
                }
                assertTrue(numbers.size() > acknowledged[thread], when);
            }
            assertEquals(List.of(), store.check().problems(), when);
        }
    }
}
