package io.bailiwick.router.child;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Reads lines of bounded length: a child that writes without end costs no more memory than one that behaves. */
final class Lines {
    /** What stands behind so many bytes of one line is dropped. */
    static final int MAX_LENGTH = 4096;

    private Lines() {}

    /** Hands over each line that is not empty, without its end, until the stream ends. */
    static void read(InputStream in, Consumer<String> lines) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            for (int i = 0; i < length; i++) {
                if (buffer[i] == '\n') {
                    flush(line, lines);
                } else if (line.size() < MAX_LENGTH) {
                    line.write(buffer[i]);
                }
            }
        }
        flush(line, lines);
    }

    private static void flush(ByteArrayOutputStream line, Consumer<String> lines) {
        String text = line.toString(StandardCharsets.UTF_8).stripTrailing();
        line.reset();
        if (!text.isEmpty()) {
            lines.accept(text);
        }
    }
}
