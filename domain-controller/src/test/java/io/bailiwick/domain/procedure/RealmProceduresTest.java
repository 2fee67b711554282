package io.bailiwick.domain.procedure;

import static io.bailiwick.domain.testing.Calls.by;
import static io.bailiwick.domain.testing.Calls.refused;
import static io.bailiwick.domain.testing.Calls.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.schema.Role;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserMrealmRole;
import io.bailiwick.domain.testing.Population;
import io.bailiwick.domain.testing.RecordingDomain;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.store.Form.Pair;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealmProceduresTest {
    private static final String ALICE = "alice@example.org";
    private static final String BOB = "bob@example.org";
    private static final String NO_SUCH_OBJECT = "crossbar.error.no_such_object";
    private static final Instant NOW = Instant.parse("2026-11-21T17:13:59.636789Z");

    @TempDir
    Path directory;

    private final RecordingDomain live = new RecordingDomain();
    private Population population;
    private User alice;
    private User bob;
    private RealmProcedures procedures;

    @BeforeEach
    void populate() {
        population = new Population(directory);
        alice = population.user(ALICE);
        bob = population.user(BOB);
        procedures = procedures(100);
    }

    private RealmProcedures procedures(int maxRealms) {
        Work work = new Work(population.store, ForkJoinPool.commonPool());
        return new RealmProcedures(work, live, Clock.fixed(NOW, ZoneOffset.UTC), maxRealms);
    }

    @AfterEach
    void close() {
        population.close();
    }

    private static Map<String, Object> named(String name) {
        Map<String, Object> realm = new HashMap<>();
        realm.put("name", name);
        return realm;
    }

    private CompletableFuture<Map<String, Object>> create(String name, String caller) {
        return procedures.createMrealm(named(name), by(caller));
    }

    private Optional<ManagementRealm> stored(String name) {
        return population.store.read(tx -> population.schema().idxMrealmsByName.get(tx, name));
    }

    @Test
    void a_created_realm_belongs_to_its_creator_and_is_answered_in_full() {
        Map<String, Object> realm = result(procedures.createMrealm(
                Map.of("name", "mrealm1", "label", "Label", "description", "Text", "tags", List.of("a", "b")),
                by(ALICE)));
        assertEquals("mrealm1", realm.get("name"));
        assertEquals("Label", realm.get("label"));
        assertEquals("Text", realm.get("description"));
        assertEquals(List.of("a", "b"), realm.get("tags"));
        assertEquals(1_795_281_239_636_789L, realm.get("created"));
        assertEquals(alice.oid().toString(), realm.get("owner"));
        assertTrue(realm.containsKey("cf_router_worker"));
        assertTrue(realm.containsKey("cf_container_worker"));
        UUID oid = UUID.fromString((String) realm.get("oid"));
        Optional<UserMrealmRole> roles =
                population.store.read(tx -> population.schema().usersMrealmRoles.get(tx, new Pair<>(alice.oid(), oid)));
        assertEquals(Optional.of(UserMrealmRole.ofCreator()), roles);
    }

    @Test
    void a_realm_is_announced_then_opened_and_the_call_ends_when_its_controller_is_ready() {
        live.opened = new CompletableFuture<>();
        CompletableFuture<Map<String, Object>> call = create("mrealm1", ALICE);
        while (live.asked.size() < 2) {
            Thread.onSpinWait();
        }
        assertEquals(
                List.of("announce crossbarfabriccenter.mrealm.on_mrealm_created", "open mrealm1"),
                List.copyOf(live.asked));
        assertFalse(call.isDone());
        live.opened.complete(null);
        assertEquals("mrealm1", result(call).get("name"));
    }

    @Test
    void a_controller_that_is_not_ready_in_time_fails_the_call_and_the_row_stays() {
        live.opened = CompletableFuture.failedFuture(new ApplicationError("fabric.realm-start-timeout", "late"));
        refused("fabric.realm-start-timeout", () -> create("mrealm1", ALICE));
        assertTrue(stored("mrealm1").isPresent());
    }

    @Test
    void only_those_who_may_see_the_realm_hear_of_it() {
        result(create("mrealm1", ALICE));
        assertEquals(List.of(ALICE, "superuser"), live.announcements.get(0).readers());
    }

    @Test
    void a_taken_name_is_refused_and_nothing_happens() {
        population.realm("mrealm1", alice);
        refused("crossbar.error.already_exists", () -> create("mrealm1", BOB));
        assertEquals(List.of(), live.asked);
    }

    @Test
    void malformed_names_are_refused() {
        String tooLong = "a".repeat(256);
        for (String name :
                List.of("", "ab", "1abc", "_abc", "a b c", "abc#", "a..b", "abc.", "äbc", "a/../b", tooLong)) {
            refused("fabric.invalid-realm", () -> create(name, ALICE));
        }
        assertEquals(List.of(), live.asked);
    }

    @Test
    void protected_names_are_refused() {
        for (String name : List.of(
                "com.crossbario.fabric",
                "io.crossbar.x",
                "de.crossbario",
                "crossbar",
                "crossbarfabriccenter",
                "fabric",
                "autobahn",
                "wamp.x",
                "ws.wamp",
                "io.wamp",
                "io.bailiwick")) {
            refused("fabric.invalid-realm", () -> create(name, ALICE));
        }
    }

    @Test
    void names_of_all_allowed_characters_are_taken() {
        for (String name : List.of("abc", "Shop-1.eu@north_2", "a".repeat(255))) {
            assertEquals(name, result(create(name, ALICE)).get("name"));
        }
    }

    @Test
    void a_realm_without_a_name_or_with_too_long_a_text_is_refused() {
        refused("wamp.error.invalid_argument", () -> create(null, ALICE));
        Map<String, Object> wordy = Map.of("name", "mrealm1", "label", "x".repeat(257));
        refused("wamp.error.invalid_argument", () -> procedures.createMrealm(wordy, by(ALICE)));
    }

    @Test
    void a_caller_without_a_user_row_owns_nothing() {
        refused(NO_SUCH_OBJECT, () -> create("mrealm1", "ghost@example.org"));
    }

    @Test
    void a_caller_that_is_no_user_is_refused() {
        refused("fabric.not-authorized", () -> procedures.createMrealm(named("mrealm1"), by(ALICE, "node")));
        refused("fabric.not-authorized", () -> procedures.listMrealms(null, by("superuser", "public")));
    }

    @Test
    void there_are_no_more_realms_than_allowed() {
        procedures = procedures(1);
        result(create("mrealm1", ALICE));
        refused("fabric.too-many-realms", () -> create("mrealm2", ALICE));
    }

    @Test
    void one_user_does_not_take_all_the_room_for_realms() {
        Work work = new Work(population.store, ForkJoinPool.commonPool());
        procedures = new RealmProcedures(work, live, Clock.fixed(NOW, ZoneOffset.UTC), () -> 100, () -> 2);
        population.grant(alice, population.realm("his", bob), Role.ADMIN);
        // Two of three at once, whichever come first: the transaction counts.
        List<CompletableFuture<Map<String, Object>>> calls = Stream.of("hers1", "hers2", "hers3")
                .map(name -> create(name, ALICE))
                .toList();
        assertEquals(
                1,
                calls.stream()
                        .filter(call ->
                                call.handle((realm, failure) -> failure != null).join())
                        .count());
        assertEquals(
                "expected a user who owns less than 2 management realms, but found one who owns 2",
                refused("fabric.too-many-realms", () -> create("hers4", ALICE)));
        result(create("his2", BOB));
        for (String name : List.of("s-1", "s-2", "s-3")) {
            result(create(name, "superuser"));
        }
    }

    @Test
    void a_user_sees_the_realms_it_has_a_role_in_and_the_superuser_sees_all() {
        ManagementRealm mine = population.realm("mine", alice);
        ManagementRealm shared = population.realm("shared", bob);
        population.realm("his", bob);
        population.grant(alice, shared, Role.GUEST);
        assertEquals(List.of("mine", "shared"), result(procedures.listMrealms(true, by(ALICE))));
        assertEquals(List.of("his", "mine", "shared"), result(procedures.listMrealms(true, by("superuser"))));
        List<String> oids = result(procedures.listMrealms(null, by(ALICE)));
        assertEquals(2, oids.size());
        assertTrue(oids.contains(mine.oid().toString())
                && oids.contains(shared.oid().toString()));
    }

    @Test
    void a_realm_is_found_by_oid_and_by_name_by_those_who_see_it() {
        ManagementRealm realm = population.realm("mrealm1", alice);
        assertEquals(
                "mrealm1", result(procedures.getMrealm(realm.oid(), by(ALICE))).get("name"));
        assertEquals(
                realm.oid().toString(),
                result(procedures.getMrealmByName("mrealm1", by(ALICE))).get("oid"));
    }

    @Test
    void why_a_controller_failed_is_told_to_the_superuser_only() {
        population.realm("mrealm1", alice);
        live.controller = Map.of("state", "failed", "reason", "cannot read /home/someone/file");
        Map<?, ?> all = (Map<?, ?>)
                result(procedures.getMrealmByName("mrealm1", by("superuser"))).get("controller");
        assertEquals("cannot read /home/someone/file", all.get("reason"));
        Map<?, ?> some = (Map<?, ?>)
                result(procedures.getMrealmByName("mrealm1", by(ALICE))).get("controller");
        assertEquals("failed", some.get("state"));
        assertEquals("its controller is in trouble; the superuser can see why", some.get("reason"));
    }

    @Test
    void a_realm_that_the_caller_may_not_see_is_answered_like_one_that_is_not_there() {
        ManagementRealm realm = population.realm("mrealm1", alice);
        String hidden = refused(NO_SUCH_OBJECT, () -> procedures.getMrealm(realm.oid(), by(BOB)));
        String absent = refused(NO_SUCH_OBJECT, () -> procedures.getMrealm(UUID.randomUUID(), by(BOB)));
        assertEquals(absent, hidden);
        refused(NO_SUCH_OBJECT, () -> procedures.getMrealmByName("mrealm1", by(BOB)));
        refused(NO_SUCH_OBJECT, () -> procedures.deleteMrealm(realm.oid(), true, by(BOB)));
        refused(NO_SUCH_OBJECT, () -> procedures.deleteMrealmByName("mrealm1", true, by(BOB)));
        assertTrue(stored("mrealm1").isPresent());
    }

    @Test
    void a_realm_is_deleted_with_its_roles_after_its_controller_and_all_its_events_tell() {
        ManagementRealm realm = population.realm("mrealm1", alice);
        population.grant(bob, realm, Role.GUEST);
        Map<String, Object> deleted = result(procedures.deleteMrealm(realm.oid(), null, by(ALICE)));
        assertEquals(realm.oid().toString(), deleted.get("oid"));
        assertEquals("mrealm1", deleted.get("name"));
        assertEquals("1970-01-01T00:00:01.000Z", deleted.get("created"));
        assertEquals("2026-11-21T17:13:59.636Z", deleted.get("deleted"));
        assertEquals(alice.oid().toString(), deleted.get("owner"));
        assertEquals(ALICE, deleted.get("caller"));
        assertEquals(List.of(), deleted.get("unpaired"));
        assertEquals(
                List.of(
                        "settle mrealm1",
                        "close mrealm1",
                        "announce crossbarfabriccenter.mrealm.on_realm_deleted",
                        "announce crossbarfabriccenter.mrealm.on_mrealm_deleted",
                        "announce crossbarfabriccenter.mrealm.on_mrealm_delete"),
                live.asked);
        assertEquals(List.of(ALICE, BOB, "superuser"), live.announcements.get(0).readers());
        assertEquals(Optional.empty(), stored("mrealm1"));
        assertEquals(
                0,
                population
                        .store
                        .read(tx -> population.schema().usersMrealmRoles.count(tx))
                        .longValue());
    }

    @Test
    void a_deleted_name_is_free_again() {
        population.realm("mrealm1", alice);
        result(procedures.deleteMrealmByName("mrealm1", null, by(ALICE)));
        assertEquals(bob.oid().toString(), result(create("mrealm1", BOB)).get("owner"));
    }

    @Test
    void a_realm_with_nodes_is_deleted_with_cascade_only_and_its_nodes_are_unpaired() {
        ManagementRealm realm = population.realm("mrealm1", alice);
        Node node = population.node(alice, realm, "n1");
        live.killed = List.of(7L);
        refused("crossbar.error.dependent_objects", () -> procedures.deleteMrealm(realm.oid(), false, by(ALICE)));
        assertEquals(List.of(), live.asked);
        Map<String, Object> deleted = result(procedures.deleteMrealm(realm.oid(), true, by(ALICE)));
        assertEquals(List.of(node.oid().toString()), deleted.get("unpaired"));
        Optional<Node> after =
                population.store.read(tx -> population.schema().nodes.get(tx, node.oid()));
        assertEquals(Optional.of(node.unpaired()), after);
        assertEquals("settle mrealm1", live.asked.get(0));
        assertEquals("unpaired mrealm1 n1", live.asked.get(1));
        assertEquals("announce crossbarfabriccenter.mrealm.on_node_unpaired", live.asked.get(2));
        assertEquals(List.of(7L), live.announcements.get(0).object().get("killed"));
        assertEquals(realm.oid().toString(), live.announcements.get(0).object().get("mrealm_oid"));
    }

    @Test
    void who_sees_a_realm_without_owning_it_may_not_delete_it() {
        ManagementRealm realm = population.realm("mrealm1", alice);
        population.grant(bob, realm, Role.ADMIN);
        refused("fabric.not-authorized", () -> procedures.deleteMrealm(realm.oid(), true, by(BOB)));
        assertTrue(stored("mrealm1").isPresent());
    }

    @Test
    void the_superuser_may_delete_any_realm() {
        population.realm("mrealm1", alice);
        assertEquals(
                "superuser",
                result(procedures.deleteMrealmByName("mrealm1", null, by("superuser")))
                        .get("caller"));
    }
}
