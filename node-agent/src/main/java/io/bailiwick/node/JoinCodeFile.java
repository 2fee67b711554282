package io.bailiwick.node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a join code comes from: a file that only its owner may read, or stdin. Never the command line, which everybody sees. */
public final class JoinCodeFile {
    private static final Logger LOG = LoggerFactory.getLogger(JoinCodeFile.class);
    private static final int MOST = 256;

    private JoinCodeFile() {}

    /**
     * Reads a code. A file that is not there is no error: a node that has joined may have lost it since.
     *
     * @throws IOException naming the file and what is wrong with it
     */
    public static Optional<String> read(Path file) throws IOException {
        try {
            Set<PosixFilePermission> open = EnumSet.noneOf(PosixFilePermission.class);
            open.addAll(Files.getPosixFilePermissions(file));
            open.removeAll(PosixFilePermissions.fromString("rwx------"));
            if (!open.isEmpty()) {
                throw new IOException(
                        file + ": expected mode rw------- (only its owner may read a join code), but others"
                                + " may use it");
            }
            try (InputStream in = Files.newInputStream(file)) {
                return Optional.of(read(in, file.toString()));
            }
        } catch (NoSuchFileException gone) {
            LOG.warn("There is no join code in {}: going on without", file);
            return Optional.empty();
        }
    }

    /**
     * Reads a code from a stream, for example stdin, to its end.
     *
     * @param name what the stream is called in errors
     * @throws IOException when it holds none, or more than one line
     */
    public static String read(InputStream in, String name) throws IOException {
        String text = new String(in.readNBytes(MOST + 1), StandardCharsets.UTF_8).strip();
        if (text.isEmpty() || text.length() > MOST || text.lines().count() > 1) {
            throw new IOException(name + ": expected a join code on one line, but found "
                    + (text.isEmpty() ? "nothing" : "something else"));
        }
        return text;
    }
}
