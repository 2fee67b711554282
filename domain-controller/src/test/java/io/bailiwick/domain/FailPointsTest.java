package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.fault.FailPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The master dies at each named place of a change, as by SIGKILL. After each: what was acknowledged is there, what was not is
 * wholly there or not at all and can be asked for again, every realm runs, and no process and no file is left behind.
 */
@Timeout(600)
class FailPointsTest {
    private static final int KILLS = Integer.getInteger("bailiwick.kills", 3);
    /** So often each place; with fewer than ten kills one place of each kind of change, which is printed. */
    private static final int ROUNDS = KILLS >= 10 ? Math.max(1, KILLS / 50) : 0;

    private static final Random RANDOM = new Random(Long.getLong("bailiwick.seed", System.nanoTime()));
    private static final String DOMAIN = "io.bailiwick.domain.";
    private static final String RESTARTS = "restarts: {waits: [0], budget: 1000000}\n";

    private final Map<String, String> paired = new HashMap<>();
    private Fleet fleet;
    private Path places;
    private Path options;
    private Process master;
    private ClientSession domain;

    @BeforeEach
    void start() throws Exception {
        fleet = new Fleet(ROUNDS > 0 ? Programs.archived() : Programs.COMPILED);
        places = Files.createDirectory(fleet.directory.resolve("places"));
        options = Files.writeString(fleet.directory.resolve("options.yaml"), RESTARTS);
        fleet.environment.put("JAVA_TOOL_OPTIONS", "-D" + FailPoint.PROPERTY + "=" + places);
        startMaster();
    }

    @AfterEach
    void stop() throws Exception {
        fleet.close();
    }

    private void startMaster() throws Exception {
        master = fleet.startMaster("--config", options.toString());
        domain = fleet.join(Fleet.DOMAIN);
    }

    private static List<String> some(String... places) {
        List<String> chosen = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            chosen.addAll(List.of(places));
        }
        if (chosen.isEmpty()) {
            chosen.add(places[RANDOM.nextInt(places.length)]);
        }
        System.out.println(chosen.size() + " deaths, at " + Set.copyOf(chosen));
        return chosen;
    }

    private void arm(String place, String what) throws Exception {
        Path file = places.resolve(place);
        Files.createDirectories(file.getParent());
        Files.writeString(file, what);
    }

    /** Asks for a change in the middle of which the master dies, and starts it again. */
    private void dies(String place, String procedure, Object... arguments) throws Exception {
        String uri = procedure.contains(".") ? procedure : Fleet.MREALM + procedure;
        arm(place, "kill");
        List<ProcessHandle> children = master.descendants().toList();
        assertThrows(Exception.class, () -> Fleet.call(domain, uri, arguments), place);
        assertTrue(master.waitFor(30, TimeUnit.SECONDS), place);
        assertEquals(137, master.exitValue(), place);
        assertFalse(Files.exists(places.resolve(place)), place);
        for (ProcessHandle child : children) {
            child.onExit().get(20, TimeUnit.SECONDS);
        }
        startMaster();
    }

    private Set<?> realms() throws Exception {
        return Set.copyOf((List<?>) Fleet.call(domain, Fleet.MREALM + "list_mrealms", true));
    }

    /** Whatever came of the change, the realm is there in the end, and runs. */
    private void created(String realm) throws Exception {
        if (!realms().contains(realm)) {
            Fleet.call(domain, Fleet.MREALM + "create_mrealm", Map.of("name", realm));
        }
        Fleet.until(realm + " to be ready", () -> "ready"
                .equals(((Map<?, ?>) Fleet.dictionary(domain, Fleet.MREALM + "get_mrealm_by_name", realm)
                                .get("controller"))
                        .get("state")));
    }

    private void deleted(String realm) throws Exception {
        if (realms().contains(realm)) {
            Fleet.call(domain, Fleet.MREALM + "delete_mrealm_by_name", realm, true);
        }
        assertFalse(realms().contains(realm));
    }

    private void assertSound(String place) throws Exception {
        for (Map.Entry<String, String> node : paired.entrySet()) {
            Map<String, Object> found =
                    Fleet.dictionary(domain, Fleet.MREALM + "get_node_by_name", "default", node.getKey());
            assertEquals(node.getValue(), found.get("pubkey"), place);
        }
        try (Stream<Path> stores = Files.list(fleet.data.resolve("realms"))) {
            assertTrue(stores.noneMatch(store -> store.toString().endsWith(".deleted")), place);
        }
        long controllers = Fleet.until("as many controllers as realms", () -> {
            long running = master.toHandle().children().count();
            return running == realms().size() ? running : null;
        });
        assertEquals(realms().size(), controllers, place);
    }

    @Test
    void a_realm_is_created_wholly_or_not_at_all() throws Exception {
        // Its controller would be started with every master.
        deleted("default");
        for (String place : some(
                "store.before-commit",
                "store.committed",
                "create.committed",
                "create.opened",
                "controller.before-spawn",
                "controller.after-spawn",
                "create.ready")) {
            dies(place, "create_mrealm", Map.of("name", "plant"));
            created("plant");
            assertSound(place);
            deleted("plant");
        }
    }

    @Test
    void a_node_is_paired_wholly_or_not_at_all_and_what_was_acknowledged_stays() throws Exception {
        for (String place : some("store.before-commit", "store.committed", "pair.committed", "pair.told")) {
            String before = SigningKey.generate().publicKey().hex();
            String name = "acknowledged-" + paired.size();
            Fleet.call(domain, Fleet.MREALM + "pair_node", before, "default", name, Map.of());
            paired.put(name, before);
            String key = SigningKey.generate().publicKey().hex();
            dies(place, "pair_node", key, "default", "doubtful", Map.of());
            List<?> names = (List<?>) Fleet.call(domain, Fleet.MREALM + "list_nodes", true);
            boolean stands = names.contains("doubtful");
            assertEquals(!place.equals("store.before-commit"), stands, place);
            if (!stands) {
                Fleet.call(domain, Fleet.MREALM + "pair_node", key, "default", "doubtful", Map.of());
            }
            assertEquals(
                    key,
                    Fleet.dictionary(domain, Fleet.MREALM + "get_node_by_name", "default", "doubtful")
                            .get("pubkey"));
            Fleet.call(domain, Fleet.MREALM + "unpair_node_by_name", "default", "doubtful");
            assertSound(place);
        }
    }

    @Test
    void a_realm_is_deleted_wholly_or_not_at_all() throws Exception {
        deleted("default");
        created("plant");
        for (String place : some(
                "delete.settled",
                "store.before-commit",
                "delete.committed",
                "delete.before-stop",
                "delete.before-forget",
                "delete.half-forgotten",
                "delete.closed")) {
            dies(place, "delete_mrealm_by_name", "plant", true);
            deleted("plant");
            created("plant");
            assertSound(place);
        }
    }

    @Test
    void a_node_has_another_key_wholly_or_not_at_all() throws Exception {
        for (String place : some("store.before-commit", "store.committed")) {
            SigningKey old = SigningKey.generate();
            SigningKey fresh = SigningKey.generate();
            Object oid = Fleet.dictionary(
                            domain, Fleet.MREALM + "pair_node", old.publicKey().hex(), "default", "keyed", Map.of())
                    .get("oid");
            dies(place, "replace_node_key", oid, fresh.publicKey().hex());
            boolean committed = place.equals("store.committed");
            assertEquals(committed, isNode(fresh), place);
            assertEquals(!committed, isNode(old), place);
            if (!committed) {
                Fleet.call(
                        domain,
                        Fleet.MREALM + "replace_node_key",
                        oid,
                        fresh.publicKey().hex());
            }
            assertTrue(isNode(fresh), place);
            assertFalse(isNode(old), place + ": a key that was revoked stays so");
            Fleet.call(domain, Fleet.MREALM + "unpair_node_by_name", "default", "keyed");
            assertSound(place);
        }
    }

    /** Whether a key is let in, as the node it was given to. */
    private boolean isNode(SigningKey key) throws Exception {
        try (ClientSession joined = fleet.join(Identity.of(null, null, "node", key))) {
            assertEquals(List.of("default", "keyed"), List.of(joined.realm(), joined.authid()));
            return true;
        } catch (ExecutionException refused) {
            return false;
        }
    }

    @Test
    void a_node_moves_wholly_or_not_at_all() throws Exception {
        created("plant");
        Object plant = Fleet.dictionary(domain, Fleet.MREALM + "get_mrealm_by_name", "plant")
                .get("oid");
        for (String place : some("store.before-commit", "store.committed")) {
            String key = SigningKey.generate().publicKey().hex();
            Object oid = Fleet.dictionary(domain, Fleet.MREALM + "pair_node", key, "default", "mover", Map.of())
                    .get("oid");
            dies(place, "move_node", oid, plant, "moved");
            if (place.equals("store.before-commit")) {
                assertEquals(
                        key,
                        Fleet.dictionary(domain, Fleet.MREALM + "get_node_by_name", "default", "mover")
                                .get("pubkey"));
                Fleet.call(domain, Fleet.MREALM + "move_node", oid, plant, "moved");
            }
            Map<String, Object> moved = Fleet.dictionary(domain, Fleet.MREALM + "get_node_by_name", "plant", "moved");
            assertEquals(List.of(oid, key), List.of(moved.get("oid"), moved.get("pubkey")), place);
            assertThrows(
                    ExecutionException.class,
                    () -> Fleet.call(domain, Fleet.MREALM + "get_node_by_name", "default", "mover"),
                    place + ": in one place only");
            Fleet.call(domain, Fleet.MREALM + "unpair_node_by_name", "plant", "moved");
            assertSound(place);
        }
    }

    @Test
    void what_was_revoked_or_denied_stays_so_and_what_was_not_can_be_asked_for_again() throws Exception {
        for (String place : some("store.before-commit", "store.committed")) {
            boolean committed = place.equals("store.committed");
            Object code = Fleet.dictionary(domain, DOMAIN + "create_join_code", "default")
                    .get("id");
            dies(place, DOMAIN + "revoke_join_code", code);
            assertEquals(!committed, isListed(code), place);
            if (!committed) {
                Fleet.call(domain, DOMAIN + "revoke_join_code", code);
            }
            assertFalse(isListed(code), place);
            String denied = SigningKey.generate().publicKey().hex();
            dies(place, DOMAIN + "deny_node", denied, true);
            if (!committed) {
                Fleet.call(domain, Fleet.MREALM + "pair_node", denied, "default", "let-in", Map.of());
                Fleet.call(domain, Fleet.MREALM + "unpair_node_by_name", "default", "let-in");
                Fleet.call(domain, DOMAIN + "deny_node", denied, true);
            }
            assertThrows(
                    ExecutionException.class,
                    () -> Fleet.call(domain, Fleet.MREALM + "pair_node", denied, "default", "denied", Map.of()),
                    place);
            assertSound(place);
        }
    }

    /** Whether there is a join code of this id. */
    private boolean isListed(Object id) throws Exception {
        return ((List<?>) Fleet.call(domain, DOMAIN + "list_join_codes", "default"))
                .stream().anyMatch(one -> id.equals(((Map<?, ?>) one).get("id")));
    }

    @Test
    void a_controller_that_dies_on_its_way_to_ready_is_started_again_and_its_creator_gets_a_ready_realm()
            throws Exception {
        for (String place : some("controller.starting", "controller.started", "store.before-commit")) {
            arm("plant/" + place, "kill");
            created("plant");
            assertSound(place);
            deleted("plant");
            Files.deleteIfExists(places.resolve("plant/" + place));
        }
    }

    @Test
    void a_store_that_fails_refuses_the_change_and_ends_the_master_for_a_new_start() throws Exception {
        arm("store.before-commit", "throw");
        String key = SigningKey.generate().publicKey().hex();
        assertThrows(
                Exception.class,
                () -> Fleet.call(domain, Fleet.MREALM + "pair_node", key, "default", "refused", Map.of()));
        assertTrue(master.waitFor(60, TimeUnit.SECONDS), fleet.log("master"));
        startMaster();
        assertFalse(((List<?>) Fleet.call(domain, Fleet.MREALM + "list_nodes", true)).contains("refused"));
        assertEquals(Set.of("default"), realms().stream().map(String::valueOf).collect(Collectors.toSet()));
    }
}
