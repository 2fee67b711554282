package io.bailiwick.router.child;

import java.io.IOException;

/** The other side of {@link ChildProcess}: what a child knows of the process that started it. */
public final class ParentProcess {
    private ParentProcess() {}

    /** Reads the one line of settings from stdin. @throws IOException when stdin ends before it */
    public static String settings() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Says READY on stdout. The last step of a start: do not move it up. */
    public static void ready() {
        throw new UnsupportedOperationException();
    }

    /** Runs the action, once, when stdin ends: the parent is gone or wants this child to leave. */
    public static void onGone(Runnable leave) {
        throw new UnsupportedOperationException();
    }
}
