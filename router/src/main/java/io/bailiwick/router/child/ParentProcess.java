package io.bailiwick.router.child;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** The other side of {@link ChildProcess}: what a child knows of the process that started it. */
public final class ParentProcess {
    private static final int MAX_SETTINGS = 1024 * 1024;
    private static final int MAX_QUESTION = 64;

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
        say(ChildProcess.READY);
    }

    /**
     * Runs the action, once, on a thread of its own, when stdin ends: the parent is gone (even killed) or wants this child
     * to leave. A parent that asks for a sign of life gets one from that thread.
     */
    public static void onGone(Runnable leave) {
        attend(Runnable::run, () -> "", leave);
    }

    /**
     * As {@link #onGone}; a parent that asks for a sign of life gets it from the thread that does the work.
     *
     * @param work that thread: when it does not come to its next task any more, no answer goes out
     * @param condition what is wrong, in one line for an operator, or an empty text; called on that thread
     */
    public static void attend(Executor work, Supplier<String> condition, Runnable leave) {
        Thread watcher = new Thread(
                () -> {
                    answerUntilEndOfStdin(work, condition);
                    leave.run();
                },
                "parent-watch");
        watcher.setDaemon(true);
        watcher.start();
    }

    private static void answerUntilEndOfStdin(Executor work, Supplier<String> condition) {
        byte[] buffer = new byte[1024];
        StringBuilder line = new StringBuilder();
        try {
            for (int length = System.in.read(buffer); length >= 0; length = System.in.read(buffer)) {
                for (int i = 0; i < length; i++) {
                    if (buffer[i] != '\n') {
                        // What is longer is nothing we know: read over it.
                        line.append(line.length() < MAX_QUESTION ? String.valueOf((char) buffer[i]) : "");
                    } else {
                        answer(line.toString(), work, condition);
                        line.setLength(0);
                    }
                }
            }
        } catch (IOException e) {
            // A pipe that cannot be read has no parent behind it.
            return;
        }
    }

    private static void answer(String question, Executor work, Supplier<String> condition) {
        if (!question.startsWith(ChildProcess.PING)) {
            return;
        }
        String number = question.substring(ChildProcess.PING.length());
        try {
            work.execute(() -> say(ChildProcess.PONG + number + " "
                    + condition.get().lines().findFirst().orElse("")));
        } catch (RejectedExecutionException e) {
            // It is leaving.
            return;
        }
    }

    private static void say(String line) {
        // Past System.out, which a library may have replaced. The stream is not closed: it is the process's own.
        @SuppressWarnings("resource")
        FileOutputStream stdout = new FileOutputStream(FileDescriptor.out);
        try {
            stdout.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The parent is gone, which the end of stdin tells.
            return;
        }
    }
}
