package io.bailiwick.mrealm.node;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Work that can wait rests for longer than it works, in small pieces: whoever shares the processor with it hardly notices. */
final class Pace {
    private static final long PIECE = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long REST = TimeUnit.MILLISECONDS.toNanos(2);

    private long began = System.nanoTime();

    /** Between two steps of the work, of which none takes long. */
    void pause() {
        if (System.nanoTime() - began >= PIECE) {
            LockSupport.parkNanos(REST);
            began = System.nanoTime();
        }
    }
}
