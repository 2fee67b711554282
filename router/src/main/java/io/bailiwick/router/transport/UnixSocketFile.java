package io.bailiwick.router.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a listening unix socket. Java cannot say with which mode a socket file is made, so the socket is bound in a
 * directory that nobody else may enter, gets mode 0600 there and is then moved to its place; the move also replaces the
 * file that a dead process left behind.
 */
final class UnixSocketFile {
    private static final Logger log = LoggerFactory.getLogger(UnixSocketFile.class);

    /** What the address of a unix socket has room for on Linux (unix(7)). */
    private static final int MAX_PATH = 107;

    private final Path place;
    private final Path nursery;
    private @Nullable Object identity;

    private UnixSocketFile(Path place, Path nursery) {
        this.place = place;
        this.nursery = nursery;
    }

    /**
     * Prepares to listen.
     *
     * @throws IOException when the place is taken by a living process or by something else
     */
    static UnixSocketFile prepare(Path place) throws IOException {
        int length = place.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_PATH) {
            throw new IOException("expected a path of at most " + MAX_PATH + " bytes, but found " + length);
        }
        checkFree(place);
        String name =
                ".b" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        Path nursery = place.resolveSibling(name);
        try {
            Files.createDirectory(
                    nursery, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (NoSuchFileException e) {
            throw new IOException("expected a directory for the socket, but found none at " + place.getParent(), e);
        }
        return new UnixSocketFile(place, nursery);
    }

    private static void checkFree(Path place) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return;
        }
        if (!attributes.isOther()) {
            throw new IOException("expected a socket or nothing, but found another kind of file at " + place);
        }
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(place))) {
            throw new BindException("address already in use by a living process (" + probe.getRemoteAddress() + ")");
        } catch (ConnectException e) {
            log.info("the socket {} was left behind by a process that is gone; it is replaced", place);
        }
    }

    /** Where to bind. */
    Path nursery() {
        return nursery.resolve("s");
    }

    /** Moves the bound socket to its place, open to its owner only. */
    void publish() throws IOException {
        Path bound = nursery();
        Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString("rw-------"));
        identity = Files.readAttributes(bound, BasicFileAttributes.class).fileKey();
        Files.move(bound, place, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(nursery);
    }

    /** Takes away what was made, unless another process has put its own socket there. */
    void remove() {
        try {
            Files.deleteIfExists(nursery());
            Files.deleteIfExists(nursery);
            if (identity != null && Objects.equals(identity, keyOf(place))) {
                Files.delete(place);
            }
        } catch (IOException e) {
            log.warn("cannot remove the socket {}: {}", place, e.toString());
        }
    }

    private static @Nullable Object keyOf(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
