package io.bailiwick.router.cryptosign;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The text key files of Crossbar.io: {@code key.priv} and {@code key.pub} of a node, {@code default.priv} and
 * {@code default.pub} of a user. Either program reads what the other wrote.
 *
 * <p>The Ethereum tags are never written: Crossbar.io takes them for optional, but would refuse a value that is no key.
 */
public final class KeyFiles {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> ALL_READ = PosixFilePermissions.fromString("rw-r--r--");

    private KeyFiles() {}

    /**
     * A private key file that was read.
     *
     * @param <O> node or user
     * @param key the key, both halves, which have been checked against each other
     * @param owner what else the file says
     */
    public record Private<O extends KeyOwner>(SigningKey key, O owner) {}

    /**
     * A public key file that was read.
     *
     * @param <O> node or user
     * @param key the public key
     * @param owner what else the file says
     */
    public record Public<O extends KeyOwner>(PublicKey key, O owner) {}

    /**
     * Writes a key pair: first the private file, then the public one. Each appears whole or not at all, and the private one
     * can be read by its owner only, from the moment it exists.
     *
     * @throws FileAlreadyExistsException when there is a private file already: a key is never overwritten
     * @throws IllegalArgumentException when a value holds a line break
     */
    public static void write(Path privateFile, Path publicFile, SigningKey key, KeyOwner owner) throws IOException {
        Map<String, @Nullable String> tags = tags(owner, key.publicKey());
        tags.put(KeyTags.PRIVATE_KEY, key.seed());
        byte[] text = text(kind(owner) + " private key - KEEP THIS SAFE!", tags);
        Path written = writeBeside(privateFile, text, OWNER_ONLY);
        try {
            // A link, unlike a move, fails when the name is taken.
            Files.createLink(privateFile, written);
        } finally {
            Files.deleteIfExists(written);
        }
        writePublic(publicFile, key.publicKey(), owner);
    }

    /** Writes a public key file, readable by all, in place of one that may be there. */
    public static void writePublic(Path publicFile, PublicKey key, KeyOwner owner) throws IOException {
        byte[] text = text(kind(owner) + " public key", tags(owner, key));
        Path written = writeBeside(publicFile, text, ALL_READ);
        try {
            Files.move(written, publicFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    /**
     * Reads the key of a node.
     *
     * @param privateFile the private file; must be closed to all but its owner
     * @param publicFile the public file, which must agree with it if it exists
     * @throws KeyFileException naming file and line of what is wrong
     */
    public static Private<KeyOwner.Node> readNode(Path privateFile, Path publicFile) throws IOException {
        KeyTags tags = readPrivate(privateFile);
        SigningKey key = tags.signingKey();
        requireAgreement(key, privateFile, publicFile);
        return new Private<>(key, node(tags));
    }

    /**
     * Reads the key of a user.
     *
     * @param privateFile the private file; must be closed to all but its owner
     * @param publicFile the public file, which must agree with it if it exists
     * @throws KeyFileException naming file and line of what is wrong
     */
    public static Private<KeyOwner.User> readUser(Path privateFile, Path publicFile) throws IOException {
        KeyTags tags = readPrivate(privateFile);
        SigningKey key = tags.signingKey();
        requireAgreement(key, privateFile, publicFile);
        return new Private<>(key, user(tags));
    }

    /** Reads the public key file of a node. @throws KeyFileException naming file and line of what is wrong */
    public static Public<KeyOwner.Node> readNodePublic(Path publicFile) throws IOException {
        KeyTags tags = KeyTags.read(publicFile, false);
        return new Public<>(tags.publicKey(), node(tags));
    }

    /** Reads the public key file of a user. @throws KeyFileException naming file and line of what is wrong */
    public static Public<KeyOwner.User> readUserPublic(Path publicFile) throws IOException {
        KeyTags tags = KeyTags.read(publicFile, false);
        return new Public<>(tags.publicKey(), user(tags));
    }

    /**
     * Reads the public key alone from a public key file, whoever owns it.
     *
     * @throws KeyFileException naming file and line of what is wrong
     */
    public static PublicKey readPublicKey(Path publicFile) throws IOException {
        return KeyTags.read(publicFile, false).publicKey();
    }

    /**
     * Reads the private key alone from a private key file, whoever owns it.
     *
     * @throws KeyFileException naming file and line of what is wrong, or that others than the owner can read the file
     */
    public static SigningKey readSigningKey(Path privateFile) throws IOException {
        return readPrivate(privateFile).signingKey();
    }

    private static KeyTags readPrivate(Path file) throws IOException {
        if (Files.exists(file)) {
            Set<PosixFilePermission> found = Files.getPosixFilePermissions(file);
            Set<PosixFilePermission> open = EnumSet.noneOf(PosixFilePermission.class);
            open.addAll(found);
            open.removeAll(PosixFilePermissions.fromString("rwx------"));
            if (!open.isEmpty()) {
                throw new KeyFileException(file + ": expected mode rw------- (only its owner may read a private key),"
                        + " but found " + PosixFilePermissions.toString(found));
            }
        }
        return KeyTags.read(file, true);
    }

    private static void requireAgreement(SigningKey key, Path privateFile, Path publicFile) throws IOException {
        if (Files.exists(publicFile)) {
            KeyTags.read(publicFile, false).requireOther(key, privateFile);
        }
    }

    private static KeyOwner.Node node(KeyTags tags) throws KeyFileException {
        return new KeyOwner.Node(
                tags.value(KeyTags.CREATOR),
                tags.value(KeyTags.CREATED_AT),
                tags.value(KeyTags.MACHINE_ID),
                tags.valueOrNull(KeyTags.NODE_AUTHID),
                tags.valueOrNull(KeyTags.NODE_CLUSTER_IP));
    }

    private static KeyOwner.User user(KeyTags tags) throws KeyFileException {
        return new KeyOwner.User(
                tags.value(KeyTags.CREATOR), tags.value(KeyTags.CREATED_AT), tags.value(KeyTags.USER_ID));
    }

    private static String kind(KeyOwner owner) {
        return owner instanceof KeyOwner.Node ? "Crossbar.io node" : "Crossbar.io user";
    }

    /** The public tags, in the order of the original. */
    private static Map<String, @Nullable String> tags(KeyOwner owner, PublicKey key) {
        Map<String, @Nullable String> tags = new LinkedHashMap<>();
        tags.put(KeyTags.CREATOR, owner.creator());
        tags.put(KeyTags.CREATED_AT, owner.createdAt());
        if (owner instanceof KeyOwner.Node node) {
            tags.put(KeyTags.MACHINE_ID, node.machineId());
            tags.put(KeyTags.NODE_AUTHID, node.authid());
            tags.put(KeyTags.NODE_CLUSTER_IP, node.clusterIp());
        } else if (owner instanceof KeyOwner.User user) {
            tags.put(KeyTags.USER_ID, user.userId());
        }
        tags.put(KeyTags.PUBLIC_KEY, key.hex());
        return tags;
    }

    private static byte[] text(String title, Map<String, @Nullable String> tags) {
        StringBuilder text = new StringBuilder(title).append("\n\n");
        for (Map.Entry<String, @Nullable String> tag : tags.entrySet()) {
            String value = tag.getValue() == null ? KeyTags.UNKNOWN : tag.getValue();
            // All that some reader takes for the end of a line: a value must not be able to add a tag.
            if (value.chars().anyMatch(c -> Character.isISOControl(c) || c == '\u2028' || c == '\u2029')) {
                throw new IllegalArgumentException(
                        tag.getKey() + ": expected one line of text, but found a line break or control character");
            }
            text.append(tag.getKey()).append(": ").append(value).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Writes a new file in the same directory, with its mode from the start, and waits until it is on the disk. */
    private static Path writeBeside(Path file, byte[] text, Set<PosixFilePermission> mode) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".new");
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(beside, options, PosixFilePermissions.asFileAttribute(mode))) {
            ByteBuffer bytes = ByteBuffer.wrap(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(beside);
            throw e;
        }
        return beside;
    }
}
