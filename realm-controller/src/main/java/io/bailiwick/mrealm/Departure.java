package io.bailiwick.mrealm;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How the process of a realm controller leaves when a signal or its parent wants it to: in order, but in time. */
final class Departure {
    /** How long a signal leaves it for its close. */
    private static final long CLOSE_SECONDS = 5;
    /** As long as a parent that is there would wait: once for the end of stdin, once for its signal. */
    private static final long STUCK_SECONDS = 2 * CLOSE_SECONDS;

    private Departure() {}

    /**
     * The JVM halts when this returns. It waits for the close only, not for the main thread: that waits for this, in
     * {@link System#exit}.
     */
    static void leave(CompletableFuture<Integer> exit, CountDownLatch finished) {
        exit.complete(RealmController.LEFT);
        try {
            finished.await(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A close that hangs must not outlive the parent; one that is over is left alone. */
    static void haltIfStuck(CountDownLatch finished) {
        Thread guard = new Thread(
                () -> {
                    try {
                        if (!finished.await(STUCK_SECONDS, TimeUnit.SECONDS)) {
                            Runtime.getRuntime().halt(RealmController.FAILED);
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "leave-guard");
        guard.setDaemon(true);
        guard.start();
    }
}
