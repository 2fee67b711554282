package io.bailiwick.domain.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bailiwick.domain.DataDirectory;
import io.bailiwick.domain.activation.UserKeys;
import io.bailiwick.domain.config.BackupOptions;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.DeniedNodeKey;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.JoinCode;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.schema.RevokedNodeKey;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserKey;
import io.bailiwick.domain.testing.Calls;
import io.bailiwick.domain.testing.MovableClock;
import io.bailiwick.domain.testing.Population;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.store.Form;
import io.bailiwick.router.store.Schema;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.StoreLockedException;
import io.bailiwick.router.store.Table;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a real store, its realms' stores closed ones that nobody runs. */
class BackupsTest {
    private static final String NOT_AUTHORIZED = "fabric.not-authorized";

    @TempDir
    Path directory;

    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final MovableClock clock = new MovableClock();
    private Path data;
    private Places places;
    private Population population;
    private ManagementRealm realm;
    private BackupOptions options = BackupOptions.DEFAULT;
    private RealmStores stores = new ClosedStores();
    private Backups backups;

    /** The store of a realm, for this test. */
    private static final class Notes extends Schema {
        final Table<Long, Note> notes = table("notes", Form.integer(), Note.class);

        Notes() {
            super("notes", 1);
        }
    }

    record Note(String text) {}

    /** Stores that no controller has open. */
    private class ClosedStores implements RealmStores {
        @Override
        public boolean export(ManagementRealm of, Path to) throws IOException {
            if (!Files.exists(places.realm(of.oid()))) {
                return false;
            }
            try (OutputStream out = Files.newOutputStream(to)) {
                Store.export(places.realm(of.oid()), out);
            }
            return true;
        }

        @Override
        public void replace(ManagementRealm of, Path store, Path aside) throws IOException {
            Files.move(places.realm(of.oid()), aside, StandardCopyOption.ATOMIC_MOVE);
            Files.move(store, places.realm(of.oid()), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    @BeforeEach
    void start() throws IOException {
        data = Files.createDirectories(directory.resolve("data"));
        places = DataDirectory.places(data);
        Files.createDirectories(places.realms());
        population = new Population(places.domain());
        realm = population.realm("mrealm1", population.superuser);
        note("first");
        Files.writeString(places.superuserPrivate(), "private");
        Files.writeString(places.superuserPublic(), "public");
        Files.writeString(places.masterPrivate(), "the master's");
        Files.writeString(places.masterPublic(), "the master's public one");
        backups = new Backups(population.store, places, new ThoseOfTheTest(), () -> options, clock);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        population.close();
    }

    /** Whatever the test has put there last. */
    private final class ThoseOfTheTest implements RealmStores {
        @Override
        public boolean export(ManagementRealm of, Path to) throws IOException {
            return stores.export(of, to);
        }

        @Override
        public void replace(ManagementRealm of, Path store, Path aside) throws IOException {
            stores.replace(of, store, aside);
        }
    }

    private void note(String text) {
        try (Store<Notes> store = Store.open(places.realm(realm.oid()), new Notes())) {
            store.writeAll(tx -> store.schema().notes.upsert(tx, 1L, new Note(text)));
        }
    }

    private static String noted(Path store) {
        try (Store<Notes> opened = Store.open(store, new Notes())) {
            return opened.read(tx -> opened.schema().notes.get(tx, 1L))
                    .orElseThrow()
                    .text();
        }
    }

    private Path directoryOf(BackupManifest manifest) {
        return options.in(data).resolve(manifest.id());
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private BackupProcedures procedures() {
        return new BackupProcedures(new Work(population.store, threads), backups, new ThoseOfTheTest(), threads);
    }

    private static String errorOf(CompletableFuture<?> call) {
        CompletionException failure = assertThrows(CompletionException.class, call::join);
        return assertInstanceOf(ApplicationError.class, failure.getCause()).uri();
    }

    @Test
    void a_backup_has_all_stores_and_sums_and_can_be_read_back() throws Exception {
        BackupManifest manifest = backups.ofDomain(false);
        assertEquals("domain", manifest.kind());
        assertEquals(
                List.of(realm.oid()),
                manifest.realms().stream().map(each -> each.oid()).toList());
        assertEquals(
                List.of("domain.ndjson", "paired.json", "realm-" + realm.oid() + ".ndjson"),
                manifest.files().stream().map(each -> each.name()).toList());
        BackupCheck check = BackupCheck.of(directoryOf(manifest), directory.resolve("work"));
        assertEquals(List.of(), check.problems());
        long rows = manifest.files().stream().mapToLong(each -> each.rows()).sum();
        assertEquals(rows, check.rows());
        assertTrue(rows >= 4, "user, realm, role, note");
        assertFalse(Files.exists(directory.resolve("work")));
        assertEquals(List.of(manifest), backups.list());
    }

    @Test
    void nobody_but_the_owner_reads_a_backup() throws Exception {
        Path backup = directoryOf(backups.ofDomain(true));
        assertEquals("rwx------", mode(backup.getParent()));
        assertEquals("rwx------", mode(backup));
        for (String name : List.of("manifest.json", "domain.ndjson", "superuser.priv", "master.priv")) {
            assertEquals("rw-------", mode(backup.resolve(name)), name);
        }
    }

    @Test
    void keys_are_in_it_only_when_asked_for() throws Exception {
        Path without = directoryOf(backups.ofDomain(false));
        assertFalse(Files.exists(without.resolve("superuser.priv")));
        assertFalse(Files.exists(without.resolve("master.priv")));
        BackupManifest with = backups.ofDomain(true);
        assertTrue(with.keys());
        assertEquals("private", Files.readString(directoryOf(with).resolve("superuser.priv")));
    }

    @Test
    void any_damage_to_a_backup_is_found() throws Exception {
        Path backup = directoryOf(backups.ofDomain(false));
        for (String name : List.of("domain.ndjson", "paired.json", "realm-" + realm.oid() + ".ndjson")) {
            Path file = backup.resolve(name);
            byte[] good = Files.readAllBytes(file);
            byte[] bad = good.clone();
            bad[bad.length / 2] ^= 1;
            Files.write(file, bad);
            assertFalse(BackupCheck.of(backup, directory.resolve("w")).isSound(), name + " changed");
            Files.delete(file);
            List<String> missing = BackupCheck.sums(backup, BackupManifest.read(backup));
            assertEquals(List.of("expected the file " + name + ", but found none"), missing);
            Files.write(file, good);
        }
        assertTrue(BackupCheck.of(backup, directory.resolve("w")).isSound());
    }

    @Test
    void what_did_not_come_to_its_end_has_no_name_and_is_removed_by_the_next_one() throws Exception {
        RealmStores good = stores;
        stores = new ClosedStores() {
            @Override
            public boolean export(ManagementRealm of, Path to) throws IOException {
                Files.writeString(to, "half");
                throw new IOException("the disk is gone");
            }
        };
        BackupException failed = assertThrows(BackupException.class, () -> backups.ofDomain(false));
        assertEquals(BackupException.Reason.FAILED, failed.reason());
        assertFalse(String.valueOf(failed.getMessage()).contains("the disk is gone"), "that is for the log");
        assertEquals(List.of(), backups.list());
        Files.createDirectory(options.in(data).resolve(".unfinished-left"));
        stores = good;
        BackupManifest made = backups.ofDomain(false);
        try (Stream<Path> left = Files.list(options.in(data))) {
            assertEquals(List.of(directoryOf(made)), left.toList());
        }
    }

    @Test
    void the_oldest_make_room_of_the_domain_and_of_each_realm() throws Exception {
        options = new BackupOptions(Optional.of(directory.resolve("elsewhere")), 2);
        List<BackupManifest> made = new ArrayList<>();
        BackupManifest one = backups.ofRealm(realm.oid());
        for (int i = 0; i < 4; i++) {
            clock.move(Duration.ofSeconds(1));
            made.add(0, backups.ofDomain(false));
        }
        List<BackupManifest> expected = new ArrayList<>(made.subList(0, 2));
        expected.add(one);
        assertEquals(expected, backups.list());
    }

    @Test
    void of_many_who_ask_at_once_exactly_one_makes_a_backup() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        stores = new ClosedStores() {
            @Override
            public boolean export(ManagementRealm of, Path to) throws IOException {
                inside.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return super.export(of, to);
            }
        };
        BackupProcedures procedures = procedures();
        List<CompletableFuture<?>> calls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            calls.add(
                    i % 2 == 0
                            ? procedures.backup(null, Calls.by(User.SUPERUSER))
                            : procedures.backupRealm(realm.oid(), Calls.by(User.SUPERUSER)));
        }
        inside.await();
        // All but the one that is inside come back.
        while (calls.stream().filter(CompletableFuture::isDone).count() < 99) {
            Thread.onSpinWait();
        }
        List<CompletableFuture<?>> lost =
                calls.stream().filter(CompletableFuture::isDone).toList();
        lost.forEach(call -> assertEquals("fabric.backup-running", errorOf(call)));
        go.countDown();
        CompletableFuture.anyOf(calls.stream()
                        .filter(call -> !call.isCompletedExceptionally())
                        .toArray(CompletableFuture[]::new))
                .join();
        assertEquals(1, backups.list().size());
    }

    @Test
    void nobody_but_the_superuser_may_ask() {
        BackupProcedures procedures = procedures();
        for (var caller :
                List.of(Calls.by("alice@example.org"), Calls.by(User.SUPERUSER, "guest"), Calls.by("n1", "node"))) {
            Calls.refused(NOT_AUTHORIZED, () -> procedures.backup(true, caller));
            Calls.refused(NOT_AUTHORIZED, () -> procedures.backupRealm(realm.oid(), caller));
            Calls.refused(NOT_AUTHORIZED, () -> procedures.listBackups(caller));
            Calls.refused(NOT_AUTHORIZED, () -> procedures.verifyBackup("x", caller));
            Calls.refused(NOT_AUTHORIZED, () -> procedures.restoreRealm("x", realm.oid(), caller));
        }
        assertFalse(Files.exists(options.in(data)));
    }

    private static JsonNode json(String text) {
        try {
            return JsonMapper.builder().build().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> recorded() {
        return population.store.read(tx -> population
                .schema()
                .auditLog
                .all(tx)
                .map(row -> json(row.row().text()))
                .map(record -> record.path("seq").asLong() + " "
                        + record.path("action").asText() + " "
                        + record.path("result").asText() + " "
                        + record.path("begun_by").asLong() + " "
                        + record.path("object").path("oid").asText())
                .toList());
    }

    @Test
    void what_came_of_a_backup_is_on_record_behind_its_beginning() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        stores = new ClosedStores() {
            @Override
            public boolean export(ManagementRealm of, Path to) throws IOException {
                begun.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return super.export(of, to);
            }
        };
        String domain = "io.bailiwick.domain.";
        CompletableFuture<?> under = procedures().backup(null, by(domain + "backup"));
        begun.await();
        assertEquals(List.of("1 io.bailiwick.domain.backup begun 0 domain"), recorded());
        go.countDown();
        under.join();
        String absent = UUID.randomUUID().toString();
        errorOf(procedures().backupRealm(UUID.fromString(absent), by(domain + "backup_realm")));
        errorOf(procedures().restoreRealm("none", realm.oid(), by(domain + "restore_realm")));
        assertEquals(
                List.of(
                        "1 io.bailiwick.domain.backup begun 0 domain",
                        "2 io.bailiwick.domain.backup done 1 domain",
                        "3 io.bailiwick.domain.backup_realm begun 0 " + absent,
                        "4 io.bailiwick.domain.backup_realm crossbar.error.no_such_object 3 " + absent,
                        "5 io.bailiwick.domain.restore_realm begun 0 " + realm.oid(),
                        "6 io.bailiwick.domain.restore_realm crossbar.error.no_such_object 5 " + realm.oid()),
                recorded());
    }

    private static Invocation by(String procedure) {
        return new Invocation(
                procedure, Arguments.NONE, Dict.of("caller_authid", "superuser", "caller_authrole", "user"));
    }

    @Test
    void a_name_that_is_a_path_names_no_backup() throws Exception {
        BackupManifest made = backups.ofDomain(false);
        BackupProcedures procedures = procedures();
        for (String name : List.of(
                "../backups/" + made.id(),
                directoryOf(made).toString(),
                made.id() + "/",
                ".",
                "",
                made.id() + "\u0000")) {
            Calls.refused("crossbar.error.no_such_object", () -> procedures.verifyBackup(name, Calls.by("superuser")));
            Calls.refused(
                    "crossbar.error.no_such_object",
                    () -> procedures.restoreRealm(name, realm.oid(), Calls.by("superuser")));
        }
        Map<String, ?> sound = Calls.result(procedures.verifyBackup(made.id(), Calls.by("superuser")));
        assertEquals(List.of(), sound.get("problems"));
    }

    @Test
    void a_realm_comes_back_as_it_was_and_what_was_there_is_kept() throws Exception {
        Node stays = population.node(population.superuser, realm, "stays");
        Node goes = population.node(population.superuser, realm, "goes");
        BackupManifest made = backups.ofRealm(realm.oid());
        note("second");
        Node comes = population.node(population.superuser, realm, "comes");
        population.store.writeAll(tx -> population.schema().nodes.update(tx, goes.oid(), goes.unpaired()));
        List<Map<String, Object>> changes =
                Calls.result(procedures().restoreRealm(made.id(), realm.oid(), Calls.by("superuser")));
        assertEquals("first", noted(places.realm(realm.oid())));
        assertEquals(
                List.of(
                        "node paired comes in mrealm1 " + comes.pubkey(),
                        "node unpaired goes in mrealm1 " + goes.pubkey()),
                changes.stream()
                        .map(each -> each.get("what") + " " + each.get("name") + " " + each.get("pubkey"))
                        .toList());
        try (Stream<Path> aside = Files.list(places.aside())) {
            assertEquals(List.of("second"), aside.map(BackupsTest::noted).toList());
        }
        assertTrue(population
                .store
                .read(tx -> population.schema().nodes.get(tx, stays.oid()))
                .isPresent());
    }

    @Test
    void a_realm_that_is_not_in_the_backup_is_left_alone() throws Exception {
        BackupManifest made = backups.ofRealm(realm.oid());
        ManagementRealm other = population.realm("mrealm2", population.superuser);
        Calls.refused("crossbar.error.no_such_object", () -> procedures()
                .restoreRealm(made.id(), other.oid(), Calls.by("superuser")));
        Calls.refused("crossbar.error.no_such_object", () -> procedures()
                .restoreRealm(made.id(), UUID.randomUUID(), Calls.by("superuser")));
    }

    // ---- a whole domain

    private RestoreReport restore(BackupManifest manifest, boolean asItWas) throws Exception {
        population.close();
        return DomainRestore.run(directoryOf(manifest), places, asItWas);
    }

    private static List<String> said(RestoreReport report) {
        return report.changes().stream()
                .map(change -> change.what() + " " + change.name() + " " + change.kept())
                .sorted()
                .toList();
    }

    @Test
    void a_domain_comes_back_and_what_was_there_is_moved_aside() throws Exception {
        options = new BackupOptions(Optional.of(directory.resolve("safe")), 5);
        BackupManifest made = backups.ofDomain(true);
        ManagementRealm later = population.realm("later", population.superuser);
        note("second");
        Files.writeString(places.superuserPrivate(), "another");
        RestoreReport report = restore(made, false);
        assertTrue(report.compared());
        assertEquals(List.of("realm created later false"), said(report));
        assertEquals("first", noted(places.realm(realm.oid())));
        assertEquals("private", Files.readString(places.superuserPrivate()));
        assertEquals("rwx------", mode(data));
        try (Store<GlobalSchema> store = Store.open(places.domain(), new GlobalSchema())) {
            assertTrue(store.read(tx -> store.schema().mrealms.get(tx, realm.oid()))
                    .isPresent());
            assertTrue(store.read(tx -> store.schema().mrealms.get(tx, later.oid()))
                    .isEmpty());
        }
        Path aside = report.aside().orElseThrow();
        assertEquals("second", noted(DataDirectory.places(aside).realm(realm.oid())));
    }

    @Test
    void a_master_that_moves_to_another_machine_keeps_its_key_when_the_backup_has_it_and_is_told_when_not()
            throws Exception {
        BackupManifest with = backups.ofDomain(true);
        BackupManifest without = backups.ofDomain(false);
        Places there = DataDirectory.places(directory.resolve("new/with"));
        assertTrue(DomainRestore.run(directoryOf(with), there, false).sameMaster());
        assertEquals("the master's", Files.readString(there.masterPrivate()));
        assertEquals("the master's public one", Files.readString(there.masterPublic()));
        assertEquals("rw-------", mode(there.masterPrivate()));
        Places bare = DataDirectory.places(directory.resolve("new/without"));
        assertFalse(DomainRestore.run(directoryOf(without), bare, false).sameMaster());
        assertFalse(Files.exists(bare.masterPrivate()));
    }

    @Test
    void without_keys_in_the_backup_those_that_are_there_stay() throws Exception {
        options = new BackupOptions(Optional.of(directory.resolve("safe")), 5);
        BackupManifest made = backups.ofDomain(false);
        assertTrue(restore(made, false).sameMaster());
        assertEquals("private", Files.readString(places.superuserPrivate()));
        assertEquals("rw-------", mode(places.superuserPrivate()));
        assertEquals("the master's", Files.readString(places.masterPrivate()));
        assertEquals("rw-------", mode(places.masterPrivate()));
    }

    @Test
    void it_comes_back_into_an_empty_place_too_and_says_that_nothing_could_be_compared() throws Exception {
        BackupManifest made = backups.ofDomain(true);
        Places empty = DataDirectory.places(directory.resolve("new/place"));
        RestoreReport report = DomainRestore.run(directoryOf(made), empty, false);
        assertFalse(report.compared());
        assertEquals(Optional.empty(), report.aside());
        assertEquals("first", noted(empty.realm(realm.oid())));
    }

    /** Keys revoked since: one that was in the backup, one that was not; a node with another key now; one that was sent away. */
    private final class Since {
        final User alice = population.user("alice@example.org");
        final Node n1 = population.node(population.superuser, realm, "n1");
        final Node gone = population.node(population.superuser, realm, "gone");
        final BackupManifest made;
        final String newKey = SigningKey.generate().publicKey().hex();
        final String neverSeen = SigningKey.generate().publicKey().hex();

        Since() throws BackupException {
            options = new BackupOptions(Optional.of(directory.resolve("safe")), 5);
            made = backups.ofDomain(false);
            GlobalSchema schema = population.schema();
            population.store.writeAll(tx -> {
                new UserKeys(schema).revoke(tx, String.valueOf(alice.pubkey()), 7);
                schema.userKeys.insert(tx, neverSeen, new UserKey(neverSeen, alice.oid(), 5, 8L));
                schema.nodes.update(tx, n1.oid(), n1.withKey(newKey));
                schema.revokedNodeKeys.insert(
                        tx, n1.pubkey(), new RevokedNodeKey(n1.pubkey(), n1.oid(), 9, "superuser"));
                schema.nodes.update(tx, gone.oid(), gone.unpaired());
            });
            population.node(population.superuser, realm, "comes");
        }
    }

    @Test
    void a_restore_lists_what_was_paired_unpaired_or_revoked_since_and_revoked_keys_stay_revoked() throws Exception {
        Since since = new Since();
        RestoreReport report = restore(since.made, false);
        assertEquals(
                List.of(
                        "node key revoked n1 in mrealm1 true",
                        "node paired comes in mrealm1 false",
                        "node unpaired gone in mrealm1 false",
                        "user key revoked alice@example.org true",
                        "user key revoked alice@example.org true"),
                said(report));
        try (Store<GlobalSchema> store = Store.open(places.domain(), new GlobalSchema())) {
            GlobalSchema schema = store.schema();
            for (String key : List.of(String.valueOf(since.alice.pubkey()), since.neverSeen)) {
                assertTrue(store.read(tx -> schema.userKeys.get(tx, key))
                        .orElseThrow()
                        .isRevoked());
            }
            assertNull(store.read(tx -> schema.users.get(tx, since.alice.oid()))
                    .orElseThrow()
                    .pubkey());
            assertTrue(store.read(tx -> schema.revokedNodeKeys.get(tx, since.n1.pubkey()))
                    .isPresent());
            Node n1 = store.read(tx -> schema.nodes.get(tx, since.n1.oid())).orElseThrow();
            assertEquals(since.newKey, n1.pubkey(), "the node stays paired, by the key that it has now");
            assertTrue(n1.isPaired());
            assertTrue(store.read(tx -> schema.nodes.get(tx, since.gone.oid()))
                    .orElseThrow()
                    .isPaired());
            assertTrue(store.check().sound());
        }
    }

    @Test
    void a_revoked_key_comes_back_only_when_that_is_asked_for() throws Exception {
        Since since = new Since();
        RestoreReport report = restore(since.made, true);
        assertTrue(
                said(report).contains("user key revoked alice@example.org false"),
                said(report).toString());
        try (Store<GlobalSchema> store = Store.open(places.domain(), new GlobalSchema())) {
            GlobalSchema schema = store.schema();
            assertFalse(store.read(tx -> schema.userKeys.get(tx, String.valueOf(since.alice.pubkey())))
                    .orElseThrow()
                    .isRevoked());
            assertEquals(
                    since.n1.pubkey(),
                    store.read(tx -> schema.nodes.get(tx, since.n1.oid()))
                            .orElseThrow()
                            .pubkey());
        }
    }

    private JoinCode code(String id, int left) {
        return new JoinCode(id, "hash", realm.oid(), null, left, 5, 1, population.superuser.oid(), Long.MAX_VALUE);
    }

    private Map<String, Integer> usesLeft(Store<GlobalSchema> store) {
        Map<String, Integer> left = new TreeMap<>();
        store.read(tx -> store.schema()
                .joinCodes
                .all(tx)
                .map(row -> left.put(row.key(), row.row().usesLeft()))
                .count());
        return left;
    }

    @Test
    void codes_that_ended_and_keys_that_were_denied_since_stay_so() throws Exception {
        options = new BackupOptions(Optional.of(directory.resolve("safe")), 5);
        GlobalSchema schema = population.schema();
        Node paired = population.node(population.superuser, realm, "n1");
        String stranger = SigningKey.generate().publicKey().hex();
        population.store.writeAll(tx -> {
            for (String id : List.of("GONE", "OVER", "SOME", "SAME")) {
                schema.joinCodes.insert(tx, id, code(id, 3));
            }
        });
        BackupManifest made = backups.ofDomain(false);
        population.store.writeAll(tx -> {
            schema.joinCodes.delete(tx, "GONE");
            schema.joinCodes.update(tx, "OVER", code("OVER", 0));
            schema.joinCodes.update(tx, "SOME", code("SOME", 1));
            schema.nodes.update(tx, paired.oid(), paired.unpaired());
            for (String key : List.of(paired.pubkey(), stranger)) {
                schema.deniedNodeKeys.insert(tx, key, new DeniedNodeKey(key, 7, "superuser"));
            }
        });
        RestoreReport report = restore(made, false);
        assertEquals(
                Stream.of(
                                "join code ended GONE of mrealm1 true",
                                "join code ended OVER of mrealm1 true",
                                "join code used SOME of mrealm1 true",
                                "node key denied n1 in mrealm1 true",
                                "node key denied " + stranger + " true",
                                "node unpaired n1 in mrealm1 false")
                        .sorted()
                        .toList(),
                said(report).stream().sorted().toList());
        try (Store<GlobalSchema> store = Store.open(places.domain(), new GlobalSchema())) {
            assertEquals(Map.of("SAME", 3, "SOME", 1), usesLeft(store));
            for (String key : List.of(paired.pubkey(), stranger)) {
                assertTrue(store.read(tx -> store.schema().deniedNodeKeys.get(tx, key))
                        .isPresent());
            }
            assertFalse(store.read(tx -> store.schema().nodes.get(tx, paired.oid()))
                    .orElseThrow()
                    .isPaired());
        }
    }

    @Test
    void codes_and_denied_keys_are_as_in_the_backup_when_that_is_asked_for() throws Exception {
        options = new BackupOptions(Optional.of(directory.resolve("safe")), 5);
        String stranger = SigningKey.generate().publicKey().hex();
        population.store.writeAll(tx -> population.schema().joinCodes.insert(tx, "GONE", code("GONE", 3)));
        BackupManifest made = backups.ofDomain(false);
        population.store.writeAll(tx -> {
            population.schema().joinCodes.delete(tx, "GONE");
            population.schema().deniedNodeKeys.insert(tx, stranger, new DeniedNodeKey(stranger, 7, "superuser"));
        });
        assertEquals(
                List.of("join code ended GONE of mrealm1 false", "node key denied " + stranger + " false"),
                said(restore(made, true)).stream().sorted().toList());
        try (Store<GlobalSchema> store = Store.open(places.domain(), new GlobalSchema())) {
            assertEquals(Map.of("GONE", 3), usesLeft(store));
            assertTrue(store.read(tx -> store.schema().deniedNodeKeys.get(tx, stranger))
                    .isEmpty());
        }
    }

    @Test
    void a_domain_that_runs_is_not_restored() throws Exception {
        options = new BackupOptions(Optional.of(directory.resolve("safe")), 5);
        BackupManifest made = backups.ofDomain(false);
        assertThrows(StoreLockedException.class, () -> DomainRestore.run(directoryOf(made), places, false));
        assertEquals("first", noted(places.realm(realm.oid())));
    }

    @Test
    void a_damaged_backup_changes_nothing() throws Exception {
        options = new BackupOptions(Optional.of(directory.resolve("safe")), 5);
        BackupManifest made = backups.ofDomain(false);
        Path export = directoryOf(made).resolve("domain.ndjson");
        Files.writeString(export, Files.readString(export).replace("mrealm1", "mrealm9"));
        note("second");
        BackupException refused = assertThrows(BackupException.class, () -> restore(made, false));
        assertTrue(String.valueOf(refused.getMessage()).contains("domain.ndjson"), refused.getMessage());
        assertEquals("second", noted(places.realm(realm.oid())));
        try (Stream<Path> beside = Files.list(directory)) {
            assertEquals(
                    List.of("data", "safe"),
                    beside.map(path -> path.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void a_backup_of_a_realm_is_not_one_of_a_domain() throws Exception {
        options = new BackupOptions(Optional.of(directory.resolve("safe")), 5);
        BackupManifest made = backups.ofRealm(realm.oid());
        assertThrows(BackupException.class, () -> restore(made, false));
    }
}
