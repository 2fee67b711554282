package io.bailiwick.router.child;

import java.util.List;

/** A child has left when it was not asked to. The text says how and repeats the last lines of its log. */
public final class ChildLeftException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN_LINES = 5;
    private static final int SIGNALS = 128;
    /** What a JVM says that was told to end rather than go on without memory. */
    private static final String OUT_OF_MEMORY = "Terminating due to java.lang.OutOfMemoryError: ";

    private static final String DISK_FULL = "No space left on device";

    /** A child that has left with this exit code, after these lines. */
    public ChildLeftException(int exitCode, List<String> lastLines) {
        super(reason(exitCode, lastLines));
    }

    /** The exit code and the last five lines as one line of text, for an operator; what is known of the cause comes first. */
    private static String reason(int exitCode, List<String> lastLines) {
        for (String line : lastLines) {
            int memory = line.indexOf(OUT_OF_MEMORY);
            if (memory >= 0) {
                return "out of memory (" + line.substring(memory + OUT_OF_MEMORY.length()) + "): "
                        + how(exitCode, lastLines);
            }
            if (line.contains(DISK_FULL)) {
                return "the disk is full: " + how(exitCode, lastLines);
            }
        }
        return how(exitCode, lastLines);
    }

    private static String how(int exitCode, List<String> lastLines) {
        String how = exitCode > SIGNALS && exitCode <= SIGNALS + 64
                ? "left with exit code " + exitCode + " (signal " + (exitCode - SIGNALS) + ")"
                : "left with exit code " + exitCode;
        if (lastLines.isEmpty()) {
            return how + " without a word";
        }
        int from = Math.max(0, lastLines.size() - SHOWN_LINES);
        return how + "; its last words: " + String.join(" | ", lastLines.subList(from, lastLines.size()));
    }
}
