package io.bailiwick.router.child;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The other side of {@link ChildProcess}: what a child knows of the process that started it. */
public final class ParentProcess {
    private static final int MAX_SETTINGS = 1024 * 1024;

    private ParentProcess() {}

    /**
     * Reads the one line of settings from stdin. To be called once, before {@link #onGone}.
     *
     * @throws IOException when stdin ends before the line does, or the line has more than a mebibyte
     */
    public static String settings() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        InputStream in = System.in;
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException(
                        "stdin: expected a line of settings, but it ended after " + line.size() + " bytes");
            }
            if (line.size() == MAX_SETTINGS) {
                throw new IOException("stdin: expected a line of at most " + MAX_SETTINGS + " bytes, but found more");
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /** Says READY on stdout. The last step of a start: do not move it up. */
    public static void ready() {
        // Past System.out, which a library may have replaced. The stream is not closed: it is the process's own.
        @SuppressWarnings("resource")
        FileOutputStream stdout = new FileOutputStream(FileDescriptor.out);
        try {
            stdout.write((ChildProcess.READY + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // The parent is gone, which onGone tells.
            return;
        }
    }

    /**
     * Runs the action, once, on a thread of its own, when stdin ends: the parent is gone (even killed) or wants this child
     * to leave.
     */
    public static void onGone(Runnable leave) {
        Thread watcher = new Thread(
                () -> {
                    awaitEndOfStdin();
                    leave.run();
                },
                "parent-watch");
        watcher.setDaemon(true);
        watcher.start();
    }

    private static void awaitEndOfStdin() {
        byte[] buffer = new byte[1024];
        try {
            int length = 0;
            while (length >= 0) {
                // What may come is nothing we know: read over it.
                length = System.in.read(buffer);
            }
        } catch (IOException e) {
            // A pipe that cannot be read has no parent behind it.
            return;
        }
    }
}
