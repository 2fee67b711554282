package io.bailiwick.router.cryptosign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFilesTest {
    private static final KeyOwner.Node NODE =
            new KeyOwner.Node("joe@desk", "2026-01-02T03:04:05.678Z", "machine1", "node1", "127.0.0.1");
    private static final KeyOwner.User USER =
            new KeyOwner.User("joe@desk", "2026-01-02T03:04:05.678Z", "joe@example.com");

    private final SigningKey key = SigningKey.generate();

    @TempDir
    Path directory;

    private Path secret;
    private Path open;

    @BeforeEach
    void name() {
        secret = directory.resolve("key.priv");
        open = directory.resolve("key.pub");
    }

    @Test
    void node_files_have_the_titles_tags_and_order_of_the_original() throws IOException {
        KeyFiles.write(secret, open, key, NODE);
        List<String> tags = List.of(
                "creator: joe@desk",
                "created-at: 2026-01-02T03:04:05.678Z",
                "machine-id: machine1",
                "node-authid: node1",
                "node-cluster-ip: 127.0.0.1",
                "public-key-ed25519: " + key.publicKey().hex());
        assertEquals(
                String.join("\n", tags),
                Files.readString(open).strip().substring("Crossbar.io node public key\n\n".length()));
        assertEquals(
                "Crossbar.io node private key - KEEP THIS SAFE!\n\n" + String.join("\n", tags)
                        + "\nprivate-key-ed25519: " + key.seed() + "\n",
                Files.readString(secret));
    }

    @Test
    void user_files_have_the_titles_tags_and_order_of_the_original() throws IOException {
        KeyFiles.write(secret, open, key, USER);
        assertEquals(
                "Crossbar.io user public key\n\ncreator: joe@desk\ncreated-at: 2026-01-02T03:04:05.678Z\n"
                        + "user-id: joe@example.com\npublic-key-ed25519: "
                        + key.publicKey().hex() + "\n",
                Files.readString(open));
        assertTrue(Files.readString(secret).startsWith("Crossbar.io user private key - KEEP THIS SAFE!\n\n"));
    }

    @Test
    void what_was_written_is_read_back() throws IOException {
        KeyFiles.write(secret, open, key, NODE);
        KeyFiles.Private<KeyOwner.Node> node = KeyFiles.readNode(secret, open);
        assertEquals(key.seed(), node.key().seed());
        assertEquals(NODE, node.owner());
        assertEquals(new KeyFiles.Public<>(key.publicKey(), NODE), KeyFiles.readNodePublic(open));
        assertEquals(key.publicKey(), KeyFiles.readPublicKey(open));

        Path userSecret = directory.resolve("default.priv");
        Path userOpen = directory.resolve("default.pub");
        KeyFiles.write(userSecret, userOpen, key, USER);
        assertEquals(USER, KeyFiles.readUser(userSecret, userOpen).owner());
        assertEquals(USER, KeyFiles.readUserPublic(userOpen).owner());
    }

    @Test
    void a_missing_value_is_written_as_unknown_and_read_as_missing() throws IOException {
        KeyFiles.write(secret, open, key, new KeyOwner.Node("joe", "now", "machine1", null, null));
        assertTrue(Files.readString(secret).contains("node-authid: unknown\n"));
        KeyOwner.Node node = KeyFiles.readNode(secret, open).owner();
        assertNull(node.authid());
        assertNull(node.clusterIp());
    }

    @Test
    void files_of_the_original_with_ethereum_tags_are_read() throws IOException {
        String tags = "Crossbar.io node private key - KEEP THIS SAFE!\nwhatever: stands here\n\n"
                + "creator: joe@desk\nCreated-At: now: then\nmachine-id: m\nnode-authid: node1\nnode-cluster-ip: ::1\n"
                + "public-key-ed25519: " + key.publicKey().hex().toUpperCase(Locale.ROOT)
                + "\npublic-adr-eth: 0x0123\nprivate-key-ed25519: " + key.seed() + "\nprivate-key-eth: 0123\n";
        writePrivate(tags);
        KeyOwner.Node node = KeyFiles.readNode(secret, open).owner();
        assertEquals("now: then", node.createdAt());
        assertEquals("::1", node.clusterIp());
    }

    @Test
    void the_private_file_has_mode_0600_and_the_public_one_0644() throws IOException {
        KeyFiles.write(secret, open, key, NODE);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)));
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(open)));
    }

    @Test
    void no_file_with_the_secret_is_ever_open_to_others() throws Exception {
        AtomicBoolean written = new AtomicBoolean();
        CompletableFuture<Integer> watcher = CompletableFuture.supplyAsync(() -> {
            int looks = 0;
            while (!written.get()) {
                looks++;
                try (Stream<Path> files = Files.list(directory)) {
                    files.filter(file -> file.getFileName().toString().contains(".priv"))
                            .forEach(KeyFilesTest::requireClosed);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
            return looks;
        });
        for (int i = 0; i < 200; i++) {
            KeyFiles.write(directory.resolve(i + ".priv"), directory.resolve(i + ".pub"), key, NODE);
        }
        written.set(true);
        assertTrue(watcher.get() > 0);
    }

    private static void requireClosed(Path file) {
        try {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        } catch (IOException e) {
            assertFalse(Files.exists(file), "only a file that has just gone cannot be looked at");
        }
    }

    @Test
    void nothing_else_is_left_in_the_directory() throws IOException {
        KeyFiles.write(secret, open, key, NODE);
        assertThrows(FileAlreadyExistsException.class, () -> KeyFiles.write(secret, open, key, NODE));
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(secret, open), files.sorted().toList());
        }
    }

    @Test
    void a_private_key_is_never_overwritten() throws IOException {
        KeyFiles.write(secret, open, key, NODE);
        assertThrows(FileAlreadyExistsException.class, () -> KeyFiles.write(secret, open, SigningKey.generate(), NODE));
        assertEquals(key.seed(), KeyFiles.readNode(secret, open).key().seed());
    }

    @Test
    void a_private_file_that_others_can_read_is_refused() throws IOException {
        KeyFiles.write(secret, open, key, NODE);
        for (String mode : List.of("rw-r-----", "rw----r--", "rw--w----")) {
            Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString(mode));
            assertEquals(
                    secret + ": expected mode rw------- (only its owner may read a private key), but found " + mode,
                    refusal());
        }
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("r--------"));
        KeyFiles.readNode(secret, open);
    }

    @Test
    void a_private_key_that_does_not_match_its_public_key_is_refused() throws IOException {
        PublicKey other = SigningKey.generate().publicKey();
        writePrivate("title\n\ncreator: c\ncreated-at: c\nmachine-id: m\npublic-key-ed25519: " + other
                + "\nprivate-key-ed25519: " + key.seed() + "\n");
        assertEquals(
                secret + ", line 6: public-key-ed25519: expected " + key.publicKey()
                        + ", which belongs to the private key in " + secret + ", but found " + other,
                refusal());
    }

    @Test
    void a_public_file_of_another_key_is_refused() throws IOException {
        KeyFiles.write(secret, open, key, NODE);
        KeyFiles.writePublic(open, SigningKey.generate().publicKey(), NODE);
        assertTrue(refusal().startsWith(open + ", line 8: public-key-ed25519: expected " + key.publicKey()));
    }

    @Test
    void a_missing_public_file_is_no_fault() throws IOException {
        KeyFiles.write(secret, open, key, NODE);
        Files.delete(open);
        assertEquals(key.seed(), KeyFiles.readNode(secret, open).key().seed());
    }

    @Test
    void errors_name_file_and_line() throws IOException {
        writePrivate("title\n\ncreator: c\nno colon here\n");
        assertEquals(secret + ", line 4: expected \"tag: value\", but found no colon", refusal());
        writePrivate("title\n\ncreator: c\n\nfavourite-colour: red\n");
        assertEquals(secret + ", line 5: expected a tag of a key file, but found \"favourite-colour\"", refusal());
        writePrivate("title\n\ncreator: c\ncreator: d\n");
        assertEquals(secret + ", line 4: expected each tag once, but found \"creator\" again after line 3", refusal());
        writePrivate("title\n\nprivate-key-ed25519: 0g\n");
        assertEquals(
                secret + ", line 3: private-key-ed25519: private key: expected 64 hexadecimal characters,"
                        + " but found 2 characters",
                refusal());
        writePrivate("title\n\nprivate-key-ed25519: " + key.seed() + "\npublic-key-ed25519: " + key.publicKey());
        assertEquals(secret + ": expected a line \"creator: ...\", but found none", refusal());
        Files.delete(secret);
        assertEquals(secret + ": expected a key file, but found none", refusal());
        Files.createDirectory(
                secret, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assertTrue(refusal().startsWith(secret + ": expected a key file, but found a directory"));
    }

    @Test
    void a_private_key_in_a_public_file_is_refused_without_being_repeated() throws IOException {
        Files.writeString(open, "title\n\nprivate-key-ed25519: " + key.seed() + "\n");
        String text = assertThrows(KeyFileException.class, () -> KeyFiles.readPublicKey(open))
                .getMessage();
        assertEquals(open + ", line 3: expected public tags only, but found \"private-key-ed25519\"", text);
    }

    @Test
    void a_file_without_end_is_not_read_to_its_end() throws IOException {
        Files.writeString(open, "x".repeat(65_537));
        String text = assertThrows(KeyFileException.class, () -> KeyFiles.readPublicKey(open))
                .getMessage();
        assertEquals(open + ": expected at most 65536 bytes, but found more", text);
    }

    @Test
    void a_value_cannot_add_a_tag() {
        KeyOwner.User user = new KeyOwner.User("c", "now", "joe\nprivate-key-ed25519: 00");
        assertThrows(IllegalArgumentException.class, () -> KeyFiles.write(secret, open, key, user));
        assertFalse(Files.exists(secret));
    }

    private String refusal() {
        return assertThrows(KeyFileException.class, () -> KeyFiles.readNode(secret, open))
                .getMessage();
    }

    private void writePrivate(String text) throws IOException {
        Files.deleteIfExists(secret);
        Files.createFile(secret, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(secret, text);
    }
}
