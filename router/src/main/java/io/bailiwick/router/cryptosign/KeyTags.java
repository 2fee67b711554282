package io.bailiwick.router.cryptosign;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The text of a key file: a title, an empty line, then one {@code tag: value} a line. What stands before the first empty
 * line is ignored; a tag that is unknown or stands there twice is refused, as Crossbar.io does.
 */
final class KeyTags {
    static final String CREATOR = "creator";
    static final String CREATED_AT = "created-at";
    static final String MACHINE_ID = "machine-id";
    static final String USER_ID = "user-id";
    static final String NODE_AUTHID = "node-authid";
    static final String NODE_CLUSTER_IP = "node-cluster-ip";
    static final String PUBLIC_KEY = "public-key-ed25519";
    static final String PRIVATE_KEY = "private-key-ed25519";

    /** What Crossbar.io writes for a value that it does not know. */
    static final String UNKNOWN = "unknown";

    /** The Ethereum tags are read over: nothing here uses such a key. */
    private static final Set<String> PUBLIC_TAGS = Set.of(
            CREATOR, CREATED_AT, MACHINE_ID, USER_ID, NODE_AUTHID, NODE_CLUSTER_IP, PUBLIC_KEY, "public-adr-eth");

    private static final Set<String> PRIVATE_TAGS = Set.of(PRIVATE_KEY, "private-key-eth");
    private static final int MAX_SIZE = 64 * 1024;

    private record Value(int line, String text) {}

    private final Path file;
    private final Map<String, Value> values = new LinkedHashMap<>();

    private KeyTags(Path file) {
        this.file = file;
    }

    /**
     * Reads a file.
     *
     * @param secret whether the private tags may stand in it
     * @throws KeyFileException when it is missing, too long or not of the form
     */
    static KeyTags read(Path file, boolean secret) throws IOException {
        KeyTags tags = new KeyTags(file);
        List<String> lines = text(file).lines().toList();
        boolean body = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty()) {
                body = true;
            } else if (body) {
                tags.add(i + 1, line, secret);
            }
        }
        return tags;
    }

    private static String text(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new KeyFileException(file + ": expected a key file, but found none");
        }
        if (!Files.isRegularFile(file)) {
            throw new KeyFileException(file + ": expected a key file, but found a directory or a device");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_SIZE + 1);
            if (bytes.length > MAX_SIZE) {
                throw new KeyFileException(file + ": expected at most " + MAX_SIZE + " bytes, but found more");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new KeyFileException(file + ": expected a key file, but found none");
        }
    }

    private void add(int line, String text, boolean secret) throws KeyFileException {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw fault(line, "expected \"tag: value\", but found no colon");
        }
        String tag = text.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        if (PRIVATE_TAGS.contains(tag)) {
            if (!secret) {
                throw fault(line, "expected public tags only, but found \"" + tag + "\"");
            }
        } else if (!PUBLIC_TAGS.contains(tag)) {
            // The tag is cut: a line that is not one of ours may hold anything.
            throw fault(line, "expected a tag of a key file, but found \"" + cut(tag) + "\"");
        }
        Value first = values.putIfAbsent(
                tag, new Value(line, text.substring(colon + 1).strip()));
        if (first != null) {
            throw fault(line, "expected each tag once, but found \"" + tag + "\" again after line " + first.line());
        }
    }

    private static String cut(String tag) {
        return tag.length() <= 20 ? tag : tag.substring(0, 20) + "...";
    }

    /** The value of a tag that must be there. */
    String value(String tag) throws KeyFileException {
        Value value = values.get(tag);
        if (value == null) {
            throw new KeyFileException(file + ": expected a line \"" + tag + ": ...\", but found none");
        }
        return value.text();
    }

    /** The value of a tag that may be missing or unknown: null then. */
    @Nullable
    String valueOrNull(String tag) {
        Value value = values.get(tag);
        return value == null || value.text().isEmpty() || value.text().equals(UNKNOWN) ? null : value.text();
    }

    /** The public key of the file. */
    PublicKey publicKey() throws KeyFileException {
        String hex = value(PUBLIC_KEY);
        try {
            return PublicKey.of(hex);
        } catch (IllegalArgumentException e) {
            throw faultAt(PUBLIC_KEY, e.getMessage());
        }
    }

    /** The private key of the file, which must be the other half of its public key. */
    SigningKey signingKey() throws KeyFileException {
        String seed = value(PRIVATE_KEY);
        SigningKey key;
        try {
            key = SigningKey.ofSeed(seed);
        } catch (IllegalArgumentException e) {
            throw faultAt(PRIVATE_KEY, e.getMessage());
        }
        requireOther(key, file);
        return key;
    }

    /** Checks that the public key of this file is the other half of a key that was read from a file. */
    void requireOther(SigningKey key, Path keyFile) throws KeyFileException {
        PublicKey found = publicKey();
        if (!found.equals(key.publicKey())) {
            throw faultAt(
                    PUBLIC_KEY,
                    "expected " + key.publicKey() + ", which belongs to the private key in " + keyFile + ", but found "
                            + found);
        }
    }

    private KeyFileException faultAt(String tag, @Nullable String text) {
        Value value = values.get(tag);
        return fault(value == null ? 0 : value.line(), tag + ": " + text);
    }

    private KeyFileException fault(int line, String text) {
        return new KeyFileException(file + ", line " + line + ": " + text);
    }
}
