package io.bailiwick.router.child;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A started child JVM. It is given its settings on stdin, says READY on stdout as the last step of its start, and leaves
 * when its stdin ends. Three things can be done with it: wait until it is ready, wait until it has left, stop it.
 */
public final class ChildProcess {
    private ChildProcess() {}

    /**
     * Starts a child.
     *
     * @param command java, its flags, the class path and the main class: no secret, for everybody can read it
     * @param settings one line of JSON (no line break), written to stdin, which then stays open
     * @param log takes each line the child writes to stderr, and what it writes to stdout besides READY
     * @throws IOException when the process cannot be started, naming the command and the reason
     */
    public static ChildProcess start(List<String> command, String settings, Consumer<String> log) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The process id. */
    public long pid() {
        throw new UnsupportedOperationException();
    }

    /** Completes when the child has said READY; exceptionally with the last lines of its log when it leaves before. */
    public CompletableFuture<Void> ready() {
        throw new UnsupportedOperationException();
    }

    /** Completes with the exit code when the child has left. */
    public CompletableFuture<Integer> exited() {
        throw new UnsupportedOperationException();
    }

    /**
     * Stops the child: closes its stdin, after the grace asks the system to end it, after the same again kills it.
     *
     * @return completes when it has left
     */
    public CompletableFuture<Integer> stop(Duration grace) {
        throw new UnsupportedOperationException();
    }
}
