package io.bailiwick.domain.waiting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.procedure.NodeProcedures;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.DeniedNodeKey;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.testing.Population;
import io.bailiwick.domain.testing.RecordingDomain;
import io.bailiwick.router.cryptosign.Fingerprint;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.cryptosign.KeyOwner;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.cryptosign.SigningKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key files on a real disk become nodes of a real store. */
class WatchedDirectoryTest {
    @TempDir
    Path directory;

    private final RecordingDomain live = new RecordingDomain();
    private Path nodes;
    private Population population;
    private ManagementRealm realm;
    private Work work;
    private WatchedDirectory watched;

    @BeforeEach
    void open() throws Exception {
        nodes = Files.createDirectory(directory.resolve("nodes"));
        population = new Population(directory.resolve("store"));
        realm = population.realm("default", population.superuser);
        work = new Work(population.store, ForkJoinPool.commonPool());
    }

    @AfterEach
    void close() throws Exception {
        if (watched != null) {
            watched.close();
        }
        population.close();
    }

    private void watch(WatchOptions options) throws Exception {
        watch(options, InstantSource.system());
    }

    private void watch(WatchOptions options, InstantSource clock) throws Exception {
        watched = WatchedDirectory.open(options, work, new NodeProcedures(work, live), clock);
    }

    private PublicKey node(String place, String authid, String address) throws Exception {
        PublicKey key = SigningKey.generate().publicKey();
        Path home = Files.createDirectories(nodes.resolve(place));
        KeyFiles.writePublic(
                home.resolve("key.pub"), key, new KeyOwner.Node("me", "2026-01-01", "machine", authid, address));
        return key;
    }

    private Optional<Node> stored(PublicKey key) {
        return population.store.read(tx -> population.schema().idxNodesByPubkey.get(tx, key.hex()));
    }

    private static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, what);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Test
    void keys_that_are_there_and_keys_that_come_are_paired_and_told_of() throws Exception {
        PublicKey there = node("a/.crossbar", "press1", "10.0.0.1");
        watch(WatchOptions.of(nodes).reachedAt("wss://master.example.org/ws"));
        until("the key that was there", () -> stored(there).isPresent());
        Node press = stored(there).orElseThrow();
        assertEquals("press1", press.authid());
        assertEquals("10.0.0.1", press.clusterIp());
        assertEquals(realm.oid(), press.mrealmOid());
        assertEquals(population.superuser.oid(), press.ownerOid());
        until("the event", () -> live.asked.contains("announce crossbarfabriccenter.mrealm.on_node_paired"));
        assertTrue(live.asked.contains("paired default press1"));

        PublicKey later = node("b", null, null);
        until("the key that came", () -> stored(later).isPresent());
        String[] words = Fingerprint.of(later).words().split("-", 3);
        assertEquals(
                "node-" + words[0] + "-" + words[1], stored(later).orElseThrow().authid());
    }

    @Test
    void the_activation_file_is_in_the_form_of_the_original_and_one_that_is_there_stays() throws Exception {
        PublicKey one = node("a", "press1", "10.0.0.1");
        PublicKey other = node("b", "press2", null);
        Files.writeString(nodes.resolve("b/key.activate"), "mine");
        watch(WatchOptions.of(nodes).reachedAt("wss://master.example.org/ws"));
        Path file = nodes.resolve("a/key.activate");
        until("both", () -> stored(one).isPresent() && stored(other).isPresent() && Files.exists(file));
        List<String> lines = Files.readAllLines(file);
        Node node = stored(one).orElseThrow();
        assertEquals("Crossbar.io node activation", lines.get(0));
        assertEquals("", lines.get(1));
        assertTrue(lines.get(2).startsWith("created-at: "));
        assertEquals(
                List.of(
                        "management-url: wss://master.example.org/ws",
                        "management-realm: default",
                        "management-realm-oid: " + realm.oid(),
                        "node-oid: " + node.oid(),
                        "node-cluster-ip: 10.0.0.1",
                        "node-authid: press1",
                        "activation-code: unknown",
                        "public-key-ed25519: " + one.hex()),
                lines.subList(3, lines.size()));
        assertEquals("mine", Files.readString(nodes.resolve("b/key.activate")));
        try (var files = Files.list(nodes.resolve("a"))) {
            assertEquals(2, files.count(), "nothing is left beside it");
        }
    }

    @Test
    void the_activation_file_says_nothing_of_a_code_where_none_is_wanted() throws Exception {
        node("a", "press1", null);
        watch(WatchOptions.of(nodes).reachedAt("wss://master.example.org/ws").withoutActivationCode());
        Path file = nodes.resolve("a/key.activate");
        until("the file", () -> Files.exists(file));
        String text = Files.readString(file);
        assertTrue(text.contains("management-url: ") && !text.contains("activation-code"), text);
    }

    @Test
    void a_file_with_a_fault_disturbs_no_other_and_is_paired_when_it_is_mended() throws Exception {
        Files.createDirectories(nodes.resolve("a"));
        Files.writeString(nodes.resolve("a/key.pub"), "title\n\npublic-key-ed25519: nonsense\n");
        node("b", "press1", null);
        PublicKey taken = node("c", "press1", null);
        PublicKey tooLong = node("d", "x".repeat(200), null);
        PublicKey impostor = node("da", "00000000-1111-2222-3333.444444444444", null);
        PublicKey last = node("e", "press2.example.org", null);
        watch(WatchOptions.of(nodes));
        until("the last", () -> stored(last).isPresent());
        assertEquals("press2-example-org", stored(last).orElseThrow().authid());
        assertTrue(stored(taken).isEmpty(), "the name is taken");
        assertTrue(stored(tooLong).isEmpty(), "no name of a node");
        assertTrue(stored(impostor).isEmpty(), "it would read as an object id");
        PublicKey mended = node("a", "press3", null);
        until("the mended one", () -> stored(mended).isPresent());
        assertTrue(Files.exists(nodes.resolve("d/key.pub")), "a file with a fault stays where it is");
    }

    @Test
    void links_and_what_everybody_may_write_are_not_believed() throws Exception {
        PublicKey outside = SigningKey.generate().publicKey();
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        KeyFiles.writePublic(
                elsewhere.resolve("key.pub"), outside, new KeyOwner.Node("me", "now", "machine", "outside", null));
        Files.createSymbolicLink(nodes.resolve("link"), elsewhere);
        Files.createDirectory(nodes.resolve("a"));
        Files.createSymbolicLink(nodes.resolve("a/key.pub"), elsewhere.resolve("key.pub"));
        PublicKey writable = node("b", "press1", null);
        Files.setPosixFilePermissions(nodes.resolve("b/key.pub"), PosixFilePermissions.fromString("rw-rw-rw-"));
        PublicKey open = node("c", "press2", null);
        Files.setPosixFilePermissions(nodes.resolve("c"), PosixFilePermissions.fromString("rwxrwxrwx"));
        PublicKey good = node("d", "press3", null);
        watch(WatchOptions.of(nodes));
        until("the good one", () -> stored(good).isPresent());
        assertTrue(stored(outside).isEmpty()
                && stored(writable).isEmpty()
                && stored(open).isEmpty());
    }

    @Test
    void only_directories_of_the_pattern_are_looked_into_and_none_is_the_watched_one_itself() throws Exception {
        PublicKey other = node("other", "press1", null);
        PublicKey top = node(".", "press2", null);
        PublicKey good = node("edge-1", "press3", null);
        watch(new WatchOptions(nodes, "default", Optional.of(Pattern.compile("edge-.*")), Optional.empty(), true));
        until("the good one", () -> stored(good).isPresent());
        assertTrue(stored(other).isEmpty() && stored(top).isEmpty());
    }

    @Test
    void who_was_unpaired_stays_so_over_a_restart_and_nothing_is_paired_twice() throws Exception {
        PublicKey one = node("a", "press1", null);
        PublicKey two = node("b", "press2", null);
        watch(WatchOptions.of(nodes));
        until("both", () -> stored(one).isPresent() && stored(two).isPresent());
        watched.close();
        Node unpaired = stored(one).orElseThrow().unpaired();
        population.store.writeAll(tx -> population.schema().nodes.update(tx, unpaired.oid(), unpaired));
        Node kept = stored(two).orElseThrow();
        watch(WatchOptions.of(nodes));
        PublicKey three = node("c", "press3", null);
        until("a third one", () -> stored(three).isPresent());
        assertFalse(stored(one).orElseThrow().isPaired());
        assertEquals(kept, stored(two).orElseThrow());
    }

    private long refusals() {
        return population.store.read(tx -> population
                .schema()
                .auditLog
                .all(tx)
                .filter(row -> row.row().text().contains("io.bailiwick.domain.node_denied"))
                .count());
    }

    @Test
    void a_key_that_is_denied_is_refused_and_recorded_once_and_paired_when_it_is_forgiven() throws Exception {
        PublicKey denied = node("a", "press1", null);
        population.store.writeAll(tx -> population
                .schema()
                .deniedNodeKeys
                .insert(tx, denied.hex(), new DeniedNodeKey(denied.hex(), 1, "superuser")));
        // The clock is asked at each look about a file behind that one, which has a fault.
        Files.createDirectories(nodes.resolve("b"));
        Path faulty = Files.writeString(nodes.resolve("b/key.pub"), "nonsense");
        Files.setLastModifiedTime(faulty, FileTime.from(Instant.EPOCH));
        AtomicInteger looks = new AtomicInteger();
        watch(WatchOptions.of(nodes), () -> {
            looks.incrementAndGet();
            return Instant.now();
        });
        for (int i = 1; i <= 5; i++) {
            int seen = looks.get();
            Files.createDirectory(nodes.resolve("nudge" + i));
            until("another look", () -> looks.get() > seen);
        }
        assertEquals(1, refusals());
        population.store.writeAll(tx -> population.schema().deniedNodeKeys.delete(tx, denied.hex()));
        Files.createDirectory(nodes.resolve("nudge"));
        until("the forgiven one", () -> stored(denied).isPresent());
    }

    @Test
    void a_file_that_was_just_written_may_be_half_there_but_not_one_of_the_future() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        assertTrue(WatchedDirectory.isFresh(now, now));
        assertTrue(WatchedDirectory.isFresh(now.minusMillis(1_999), now));
        assertFalse(WatchedDirectory.isFresh(now.minusSeconds(2), now));
        assertFalse(WatchedDirectory.isFresh(now.plusMillis(1), now));
        assertFalse(WatchedDirectory.isFresh(now.plusSeconds(86_400), now));
    }

    @Test
    void a_realm_that_is_not_there_yet_is_waited_for() throws Exception {
        PublicKey one = node("a", "press1", null);
        watch(WatchOptions.of(nodes).in("later"));
        population.realm("later", population.superuser);
        // A change wakes the watcher before its time.
        PublicKey two = node("b", "press2", null);
        until("both", () -> stored(one).isPresent() && stored(two).isPresent());
        assertEquals("press1", stored(one).orElseThrow().authid());
    }
}
