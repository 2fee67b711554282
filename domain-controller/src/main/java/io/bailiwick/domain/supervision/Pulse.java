package io.bailiwick.domain.supervision;

import io.bailiwick.router.child.Child;
import io.bailiwick.router.child.Vitals;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The signs of life of one controller that is ready. Silence is counted in rounds of our own, not by a clock: while this
 * process was stopped, or the machine slept, there were no rounds, and nobody is blamed for them. Touched by the thread of the
 * supervision alone.
 */
final class Pulse {
    /** So many rounds without an answer are a controller that hangs. */
    static final int ROUNDS = 4;

    /** How a JVM ends what it has to say of threads that wait for each other. */
    private static final String DEADLOCK = "Java-level deadlock";

    private final Child child;
    private final Duration interval;
    private @Nullable CompletableFuture<String> asked;
    private int silent;
    private Vitals before = Vitals.UNKNOWN;
    private String trouble = "";

    /**
     * Signs that nobody has asked for yet.
     *
     * @param interval from round to round
     */
    Pulse(Child child, Duration interval) {
        this.child = child;
        this.interval = interval;
    }

    /**
     * One round: looks for the answer to the last question, and asks the next.
     *
     * @return why the controller is to be ended, when it has been silent for too long
     */
    Optional<String> round() {
        CompletableFuture<String> open = asked;
        if (open == null || open.isDone()) {
            trouble = open == null || open.isCompletedExceptionally() ? "" : open.join();
            silent = 0;
            asked = child.ping();
            return Optional.empty();
        }
        silent++;
        if (silent == 1) {
            before = child.vitals();
        }
        if (silent == ROUNDS - 1) {
            // What it does now is why it does not answer: its log is to have it.
            child.dumpThreads();
        }
        return silent >= ROUNDS ? Optional.of(reason()) : Optional.empty();
    }

    /** What is wrong with it by its own account, in one line for an operator; empty when nothing is. */
    String trouble() {
        return trouble;
    }

    private String reason() {
        return "hung: no sign of life for " + seconds(interval.multipliedBy(silent)) + "; " + cause()
                + "; what its threads did is in its log, if it was able to tell";
    }

    private String cause() {
        Vitals now = child.vitals();
        if (now.stopped()) {
            return "the process was stopped by a signal";
        }
        List<String> said = child.lastLines();
        if (said.stream().anyMatch(line -> line.contains(DEADLOCK))) {
            return "threads wait for each other (deadlock)";
        }
        Optional<Duration> wanted = now.busiest(before);
        if (wanted.isEmpty()) {
            return "it does not come to its work";
        }
        // A thread that goes round and round wants a processor all the time, also where others leave it little of one.
        Duration watched = interval.multipliedBy(Math.max(1, silent - 1));
        boolean busy = wanted.get().multipliedBy(4).compareTo(watched.multipliedBy(3)) > 0;
        return (busy ? "it is busy without end" : "it waits for something") + ": in the last " + seconds(watched)
                + " one thread had work for " + seconds(wanted.get()) + ", and all used "
                + seconds(now.used(before).orElse(Duration.ZERO)) + " of processor time";
    }

    private static String seconds(Duration time) {
        return time.toMillis() / 1000.0 + " s";
    }
}
