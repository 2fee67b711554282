package io.bailiwick.node;

import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.cryptosign.KeyOwner;
import io.bailiwick.router.cryptosign.SigningKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** The key of this node: {@code key.priv} and {@code key.pub} in its directory, made at the first start, kept for ever. */
public final class NodeKey {
    private NodeKey() {}

    /**
     * Reads the key, or makes one.
     *
     * @throws IOException naming the file and what is wrong with it
     */
    public static SigningKey of(Path directory) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path privateFile = directory.resolve("key.priv");
        Path publicFile = directory.resolve("key.pub");
        if (!Files.exists(privateFile)) {
            try {
                KeyFiles.write(privateFile, publicFile, SigningKey.generate(), owner());
            } catch (FileAlreadyExistsException e) {
                // Another process made it in this moment: then that is the key.
            }
        }
        KeyFiles.Private<KeyOwner.Node> read = KeyFiles.readNode(privateFile, publicFile);
        if (!Files.exists(publicFile)) {
            KeyFiles.writePublic(publicFile, read.key().publicKey(), read.owner());
        }
        return read.key();
    }

    private static KeyOwner.Node owner() {
        String host = host();
        return new KeyOwner.Node(
                System.getProperty("user.name", "unknown") + "@" + host,
                Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
                machine(),
                host,
                "127.0.0.1");
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    private static String machine() {
        try {
            return Files.readString(Path.of("/etc/machine-id")).strip();
        } catch (IOException e) {
            return UUID.randomUUID().toString();
        }
    }
}
