package io.bailiwick.router.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** A logger that writes to stderr, each entry at once and whole. */
final class StderrLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;
    private static final String OURS = "io.bailiwick.";

    /** Past System.err, which a library may have replaced; not closed, since it is the process's own. */
    @SuppressWarnings("resource")
    private static final OutputStream STDERR = new FileOutputStream(FileDescriptor.err);

    private final boolean ours;

    StderrLogger(String name) {
        this.name = name;
        this.ours = name.startsWith(OURS);
    }

    @Override
    public boolean isTraceEnabled() {
        return false;
    }

    @Override
    public boolean isDebugEnabled() {
        return false;
    }

    @Override
    public boolean isInfoEnabled() {
        return ours;
    }

    @Override
    public boolean isWarnEnabled() {
        return true;
    }

    @Override
    public boolean isErrorEnabled() {
        return true;
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String pattern,
            @Nullable Object @Nullable [] arguments,
            @Nullable Throwable failure) {
        String entry = entry(System.currentTimeMillis(), level, name, pattern, arguments, failure);
        try {
            STDERR.write(entry.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The parent is gone, and with it whoever could read this.
            return;
        }
    }

    static String entry(
            long millis,
            Level level,
            String name,
            String pattern,
            @Nullable Object @Nullable [] arguments,
            @Nullable Throwable failure) {
        String message = MessageFormatter.basicArrayFormat(pattern, arguments);
        String line = LogLine.of(millis, level.toString(), name, String.valueOf(message));
        if (failure == null) {
            return line;
        }
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return line + trace;
    }
}
