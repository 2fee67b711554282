package io.bailiwick.router.child;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A child that was started: to be waited for, until it is ready and until it has left; to be asked for a sign of life; to be
 * stopped. An interface, so that in a test of those who supervise a child can be a plain object.
 */
public interface Child {

    /** The process id. */
    long pid();

    /** Completes when the child has said READY; exceptionally with {@link ChildLeftException} when it leaves before. */
    CompletableFuture<Void> ready();

    /** Completes with the exit code when the child has left; 128 and the number of the signal when one ended it. */
    CompletableFuture<Integer> exited();

    /** The last lines the child has written, oldest first; at most 50. */
    List<String> lastLines();

    /**
     * Stops the child: tells it to leave, after the grace asks the system to end it, after the same again kills it and
     * what it has started itself.
     *
     * @return completes when it has left
     */
    CompletableFuture<Integer> stop(Duration grace);

    /**
     * Asks for a sign of life. To be called when the child is ready. One question at a time: as long as it is not answered,
     * the same future comes back.
     *
     * @return completes, when the thread that does the child's work has answered, with what is wrong with it in one line for an
     *     operator, or with an empty text when nothing is
     */
    default CompletableFuture<String> ping() {
        return CompletableFuture.completedFuture("");
    }

    /** Asks for what each thread of the child is doing: if it is able to, it writes that to its log. Returns at once. */
    default void dumpThreads() {}

    /** What the system tells of it. */
    default Vitals vitals() {
        return Vitals.UNKNOWN;
    }

    /**
     * Kills the child and what it has started itself.
     *
     * @return completes when it has left
     */
    default CompletableFuture<Integer> kill() {
        return stop(Duration.ZERO);
    }
}
