package io.bailiwick.router.realm;

import io.bailiwick.router.session.Timer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a realm: one at a time, on one thread, in the order they came. A step that is posted while another one runs
 * waits for its end, even when the executor would run it at once, so nothing in a realm is ever re-entered.
 */
final class Steps {
    private static final Logger log = LoggerFactory.getLogger(Steps.class);

    private final String realm;
    private final Executor executor;

    // Touched by the realm's thread alone.
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    /**
     * No steps.
     *
     * @param executor runs what it is given on one thread, in order
     */
    Steps(String realm, Executor executor) {
        this.realm = realm;
        this.executor = executor;
    }

    /** From any thread: runs a step on the realm's thread, after those that were posted before. */
    void post(Runnable step) {
        onThread(() -> run(step));
    }

    /** From any thread: does something on the realm's thread that is no step, even in the middle of one. */
    void onThread(Runnable task) {
        executor.execute(task);
    }

    /** On the realm's thread: whether a step runs now. */
    boolean isRunning() {
        return running;
    }

    /** On the realm's thread: runs a step when the one that runs now is over, or at once when none does. */
    void run(Runnable step) {
        waiting.add(step);
        if (running) {
            return;
        }
        running = true;
        try {
            for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
                runGuarded(next);
            }
        } finally {
            running = false;
        }
    }

    private void runGuarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException failure) {
            log.error("realm {}: a step failed", realm, failure);
        }
    }

    /** A timer whose actions are steps. */
    Timer timer(Timer timer) {
        return (millis, step) -> timer.after(millis, () -> post(step));
    }
}
