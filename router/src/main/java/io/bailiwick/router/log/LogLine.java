package io.bailiwick.router.log;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * One entry of a log: time, level, the class that says it, what it says. A line that continues a message is indented and control
 * characters are masked, so that nothing a peer sends can pass for an entry of its own.
 */
public final class LogLine {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX").withZone(ZoneOffset.UTC);
    private static final int LEVEL_WIDTH = 6;

    private LogLine() {}

    /**
     * An entry, with the end of its last line.
     *
     * @param millis when, in milliseconds since the epoch
     * @param level how bad it is, for example {@code WARN}
     * @param logger the full name of the class
     * @param message what it says, perhaps in several lines
     */
    public static String of(long millis, String level, String logger, String message) {
        StringBuilder line = new StringBuilder(160);
        TIME.formatTo(Instant.ofEpochMilli(millis), line);
        line.append(' ').append(level).append(" ".repeat(Math.max(1, LEVEL_WIDTH - level.length())));
        line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
        appendMasked(line, message);
        return line.append('\n').toString();
    }

    private static void appendMasked(StringBuilder line, String message) {
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            if (c == '\n') {
                line.append("\n    ");
            } else {
                line.append(c < ' ' || c == 0x7f ? '?' : c);
            }
        }
    }
}
