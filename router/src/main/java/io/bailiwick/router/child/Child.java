package io.bailiwick.router.child;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A child that was started. Three things can be done with it: wait until it is ready, wait until it has left, stop it. An
 * interface, so that in a test of those who supervise a child can be a plain object.
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
}
