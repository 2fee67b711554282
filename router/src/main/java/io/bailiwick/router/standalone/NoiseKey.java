package io.bailiwick.router.standalone;

import io.bailiwick.router.credential.Noise;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Optional;

/** The key of which those who do not exist are made up, so that strangers cannot tell them from those who do. */
final class NoiseKey {
    private static final int SIZE = 32;

    private NoiseKey() {}

    /**
     * The noise of a router.
     *
     * @param file where the key is kept, made with mode 0600 when it is missing; empty for a key that nobody keeps
     * @throws IOException when the file cannot be read or made, or does not hold 32 octets
     */
    static Noise noise(Optional<Path> file) throws IOException {
        byte[] fresh = new byte[SIZE];
        new SecureRandom().nextBytes(fresh);
        if (file.isEmpty()) {
            return Noise.of(fresh);
        }
        Path path = file.get();
        if (!Files.exists(path)) {
            write(path, fresh);
        }
        byte[] kept = Files.readAllBytes(path);
        if (kept.length != SIZE) {
            throw new IOException(path + ": expected " + SIZE + " octets, but found " + kept.length);
        }
        return Noise.of(kept);
    }

    private static void write(Path path, byte[] key) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(
                path,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer octets = ByteBuffer.wrap(key);
            while (octets.hasRemaining()) {
                channel.write(octets);
            }
        }
    }
}
