package io.bailiwick.domain;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a realm controller says, one file per realm, bounded: at {@value #MAX_BYTES} bytes the file becomes
 * {@code <file>.1}, in place of the one before.
 */
final class RealmLog implements Consumer<String> {
    private static final Logger LOG = LoggerFactory.getLogger(RealmLog.class);
    private static final long MAX_BYTES = 8 << 20;
    /** Nobody reads a longer line, and a child must not fill our disk with one. */
    private static final int MAX_LINE = 8192;

    private final Path file;
    private boolean failed;

    RealmLog(Path file) {
        this.file = file;
    }

    @Override
    public synchronized void accept(String line) {
        try {
            if (Files.exists(file) && Files.size(file) > MAX_BYTES) {
                Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            }
            try (BufferedWriter out = Files.newBufferedWriter(
                    file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                out.write(line.length() > MAX_LINE ? line.substring(0, MAX_LINE) : line);
                out.newLine();
            }
            failed = false;
        } catch (IOException | UncheckedIOException e) {
            // A full disk must not end the realm controller, whose pipe would run full; say it once, not per line.
            if (!failed) {
                LOG.warn("Cannot write {}: {}", file, e.toString());
            }
            failed = true;
        }
    }
}
