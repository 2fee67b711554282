package io.bailiwick.router.realm;

import io.bailiwick.router.session.RealmThread;
import io.bailiwick.router.session.Timer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a realm: one at a time, on one thread, in the order they came. A step that comes while another one runs waits
 * for its end, even when the thread would run it at once, so nothing in a realm is ever re-entered.
 */
final class Steps {
    private static final Logger log = LoggerFactory.getLogger(Steps.class);

    private final String realm;
    private final RealmThread thread;

    // Touched by the realm's thread alone.
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    /** No steps. */
    Steps(String realm, RealmThread thread) {
        this.realm = realm;
        this.thread = thread;
    }

    /** From any thread: runs a step on the realm's thread, after those that were posted before. */
    void post(Runnable step) {
        thread.execute(() -> run(step));
    }

    /** From any thread: runs a step as soon as may be: before those that were posted, if the caller is on the realm's thread. */
    void runSoon(Runnable step) {
        if (thread.isCurrent()) {
            run(step);
        } else {
            post(step);
        }
    }

    /** On the realm's thread: runs a step when the one that runs now is over, or at once when none does. */
    void run(Runnable step) {
        waiting.add(step);
        if (!running) {
            running = true;
            runWaiting();
        }
    }

    private void runGuarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException failure) {
            log.error("realm {}: a step failed", realm, failure);
        }
    }

    private void runWaiting() {
        try {
            for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
                runGuarded(next);
            }
        } finally {
            running = false;
        }
    }

    /**
     * From any thread: whether the caller may do a step itself, now: it is on the realm's thread, and no step runs. Then it has
     * begun, and {@link #end} follows.
     */
    boolean begin() {
        if (!thread.isCurrent() || running) {
            return false;
        }
        running = true;
        return true;
    }

    /** The step that has {@linkplain #begin begun} is over: those follow that have waited for its end. */
    void end() {
        if (waiting.isEmpty()) {
            running = false;
        } else {
            runWaiting();
        }
    }

    /** A timer whose actions are steps. */
    Timer timer(Timer timer) {
        return (millis, step) -> timer.after(millis, () -> post(step));
    }
}
