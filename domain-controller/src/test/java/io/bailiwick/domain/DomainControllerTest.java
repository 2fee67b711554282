package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.admission.Roles;
import io.bailiwick.domain.supervision.RealmStatus;
import io.bailiwick.domain.testing.Population;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Closed;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.client.JoinRefusedException;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.store.StoreLockedException;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole domain in this process, its realm controllers as real processes, its clients over real sockets. */
class DomainControllerTest {
    private static final String DOMAIN = "com.crossbario.fabric";
    private static final String MREALM = "crossbarfabriccenter.mrealm.";
    private static final long PATIENCE = 60;

    @TempDir
    Path directory;

    private final List<ClientSession> sessions = new ArrayList<>();
    private final SigningKey alice = SigningKey.generate();
    private final SigningKey bob = SigningKey.generate();
    private Network network;
    private ExecutorService callbacks;
    private DomainController domain;

    @BeforeEach
    void start() throws Exception {
        network = Network.open(1);
        callbacks = Executors.newFixedThreadPool(2);
        Path data = directory.resolve("data");
        try (Population population = new Population(DataDirectory.prepare(data).store())) {
            population.user("alice@example.org", alice.publicKey());
            population.user("bob@example.org", bob.publicKey());
            population.realm("default", population.superuser);
        }
        domain = DomainController.start(options(data));
    }

    private static MasterOptions options(Path data) {
        MasterOptions defaults = MasterOptions.of(data);
        return new MasterOptions(
                data,
                List.of(MasterOptions.Listener.at(Endpoint.of("tcp://127.0.0.1:0"))),
                List.of(),
                Duration.ofSeconds(PATIENCE),
                defaults.maxRealms(),
                defaults.maxConcurrentStarts(),
                defaults.restarts());
    }

    @AfterEach
    void stop() {
        sessions.forEach(ClientSession::close);
        domain.close();
        network.close();
        callbacks.shutdownNow();
    }

    private ClientSession join(Identity identity) throws Exception {
        Endpoint at = Endpoint.of("ws://127.0.0.1:" + domain.endpoints().get(0).port() + "/ws");
        ClientSession session = Client.join(network.connector(at, Format.JSON, Optional.empty()), identity, callbacks)
                .get(PATIENCE, TimeUnit.SECONDS);
        sessions.add(session);
        return session;
    }

    private ClientSession join(String realm, SigningKey key) throws Exception {
        return join(Identity.of(realm, null, null, key));
    }

    private ClientSession superuser(String realm) throws Exception {
        return join(realm, KeyFiles.readSigningKey(domain.superuserKey()));
    }

    private String refusal(Identity identity) {
        ExecutionException failure = assertThrows(ExecutionException.class, () -> join(identity));
        return assertInstanceOf(JoinRefusedException.class, failure.getCause()).reason();
    }

    private static Object call(ClientSession session, String procedure, Object... arguments) throws Exception {
        return session.call(procedure, Arguments.of(arguments), Duration.ofSeconds(PATIENCE))
                .get(PATIENCE, TimeUnit.SECONDS)
                .list()
                .get(0);
    }

    @SuppressWarnings("unchecked") // a dictionary on the wire has text keys
    private static Map<String, Object> dict(Object value) {
        return (Map<String, Object>) value;
    }

    private static String error(ClientSession session, String procedure, Object... arguments) {
        ExecutionException failure = assertThrows(ExecutionException.class, () -> call(session, procedure, arguments));
        return assertInstanceOf(ApplicationError.class, failure.getCause()).uri();
    }

    private static BlockingQueue<Object> events(ClientSession session, String topic) throws Exception {
        BlockingQueue<Object> events = new LinkedBlockingQueue<>();
        session.subscribe(
                        topic,
                        MatchPolicy.EXACT,
                        event -> events.add(event.arguments().list().get(0)))
                .get(PATIENCE, TimeUnit.SECONDS);
        return events;
    }

    private static void until(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
        while (!condition.call()) {
            assertTrue(System.nanoTime() < end, "waited too long until " + what);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static Map<String, Object> named(String realm) {
        return Map.of("name", realm);
    }

    @Test
    void a_realm_is_created_served_and_deleted_and_its_name_is_free_again() throws Exception {
        ClientSession user = join(DOMAIN, alice);
        BlockingQueue<Object> created = events(user, MREALM + "on_mrealm_created");
        BlockingQueue<Object> deleted = events(user, MREALM + "on_mrealm_deleted");
        BlockingQueue<Object> thirdName = events(user, MREALM + "on_mrealm_delete");
        Map<String, Object> realm = dict(call(user, MREALM + "create_mrealm", named("mrealm1")));
        assertEquals(
                realm.get("oid"), dict(created.poll(PATIENCE, TimeUnit.SECONDS)).get("oid"));

        ClientSession owner = join(Identity.of("mrealm1", null, "owner", alice));
        assertEquals("owner", owner.authrole());
        assertEquals("mrealm1", dict(call(owner, MREALM + "get_status")).get("realm"));
        Path store = directory.resolve("data/realms").resolve((String) realm.get("oid"));
        assertTrue(Files.isDirectory(store));

        call(user, MREALM + "delete_mrealm_by_name", "mrealm1");
        assertEquals(
                "wamp.close.close_realm",
                owner.closed().get(PATIENCE, TimeUnit.SECONDS).reason());
        assertEquals(
                realm.get("oid"), dict(deleted.poll(PATIENCE, TimeUnit.SECONDS)).get("oid"));
        assertEquals(
                realm.get("oid"),
                dict(thirdName.poll(PATIENCE, TimeUnit.SECONDS)).get("oid"));
        assertFalse(Files.exists(store));
        assertTrue(domain.realms().stream().noneMatch(status -> status.name().equals("mrealm1")));
        assertEquals("wamp.error.authentication_failed", refusal(Identity.of("mrealm1", null, null, alice)));

        Map<String, Object> again = dict(call(user, MREALM + "create_mrealm", named("mrealm1")));
        assertNotEquals(realm.get("oid"), again.get("oid"));
        assertEquals(
                "mrealm1",
                dict(call(join("mrealm1", alice), MREALM + "get_status")).get("realm"));
    }

    @Test
    void a_node_joins_the_realm_it_is_paired_to_and_is_sent_away_when_it_is_unpaired() throws Exception {
        SigningKey key = SigningKey.generate();
        Identity node = Identity.of(null, null, "node", key);
        assertEquals("io.bailiwick.domain.node_waiting", refusal(node));

        ClientSession user = join(DOMAIN, alice);
        call(user, MREALM + "create_mrealm", named("mrealm1"));
        Map<String, Object> paired = dict(call(
                user,
                MREALM + "pair_node",
                key.publicKey().hex().toUpperCase(Locale.ROOT),
                "mrealm1",
                "n1",
                Map.of("site", "north")));
        ClientSession joined = join(node);
        assertEquals("mrealm1", joined.realm());
        assertEquals("n1", joined.authid());
        assertEquals("node", joined.authrole());
        Map<String, Object> extra = joined.welcome().dict("authextra").entries();
        assertEquals("north", extra.get("site"));
        assertEquals(paired.get("oid"), extra.get("node_oid"));
        assertEquals(paired.get("mrealm_oid"), extra.get("mrealm_oid"));
        ClientSession owner = join("mrealm1", alice);
        until("the realm knows its node", () -> call(owner, MREALM + "get_nodes", "online", true)
                .equals(List.of("n1")));

        Map<String, Object> unpaired = dict(call(user, MREALM + "unpair_node_by_name", "mrealm1", "n1"));
        assertEquals(List.of(joined.id()), unpaired.get("killed"));
        Closed closed = joined.closed().get(PATIENCE, TimeUnit.SECONDS);
        assertEquals("wamp.close.auth-changed", closed.reason());
        assertEquals("fabric.auth-failed.node-unpaired", refusal(node));
        until("the realm forgets its node", () -> call(owner, MREALM + "get_nodes", null, true)
                .equals(List.of()));
    }

    @Test
    void the_state_of_a_node_and_what_is_on_record_of_it_outlive_its_key() throws Exception {
        SigningKey before = SigningKey.generate();
        SigningKey after = SigningKey.generate();
        ClientSession user = join(DOMAIN, alice);
        call(user, MREALM + "create_mrealm", named("mrealm1"));
        Object oid = dict(call(user, MREALM + "pair_node", before.publicKey().hex(), "mrealm1", "n1"))
                .get("oid");
        ClientSession node = join(Identity.of(null, null, "node", before));
        until(
                "the node is online",
                () -> dict(call(user, MREALM + "stat_node", oid)).get("online_since") != null);
        node.publish(
                        "crossbarfabriccenter.node.on_heartbeat",
                        Arguments.of("n1", Map.of("timestamp", 17, "period", 10, "mrealm_id", "mrealm1", "seq", 5)),
                        Dict.EMPTY)
                .get(PATIENCE, TimeUnit.SECONDS);
        until("its heartbeat has come", () -> Long.valueOf(5)
                .equals(dict(call(user, MREALM + "stat_node", oid)).get("heartbeat")));
        Map<String, Object> state = Map.of("status", "online", "session", node.id(), "timestamp", 17L);
        until(
                "all of it is shown",
                () -> dict(call(user, MREALM + "stat_node", oid)).entrySet().containsAll(state.entrySet()));

        call(user, MREALM + "modify_node", oid, Map.of("label", "Press"));
        ClientSession owner = join(Identity.of("mrealm1", null, "owner", alice));
        until("its realm knows its label", () -> "Press"
                .equals(dict(call(owner, MREALM + "get_node", oid)).get("label")));
        call(user, MREALM + "replace_node_key", oid, after.publicKey().hex());
        assertEquals(
                "wamp.close.auth-changed",
                node.closed().get(PATIENCE, TimeUnit.SECONDS).reason());
        assertEquals("fabric.auth-failed.node-unpaired", refusal(Identity.of(null, null, "node", before)));
        until("it is offline", () -> "offline"
                .equals(dict(call(user, MREALM + "stat_node", oid)).get("status")));
        join(Identity.of(null, null, "node", after));
        until("it is back", () -> "online"
                .equals(dict(call(user, MREALM + "get_node", oid)).get("status")));
        until("what is on record of it is there", () -> Long.valueOf(5)
                .equals(dict(call(user, MREALM + "stat_node", oid)).get("heartbeat")));
    }

    @Test
    void a_node_may_do_what_a_node_must_and_nothing_else() throws Exception {
        SigningKey key = SigningKey.generate();
        ClientSession user = superuser(DOMAIN);
        call(user, MREALM + "pair_node", key.publicKey().hex(), "default", "n1");
        ClientSession node = join(Identity.of(null, null, "node", key));
        until("the controller serves", () -> {
            try {
                return "default".equals(dict(call(node, MREALM + "get_status")).get("realm"));
            } catch (ExecutionException notYet) {
                return false;
            }
        });
        assertEquals("wamp.error.not_authorized", error(node, MREALM + "get_nodes"));
        assertEquals("wamp.error.not_authorized", error(node, "io.bailiwick.domain.list_nodes"));
        assertEquals("wamp.error.not_authorized", error(superuser("default"), "io.bailiwick.domain.list_nodes"));
    }

    @Test
    void the_log_of_a_realm_names_who_acts_as_that_of_the_domain_does() throws Exception {
        ClientSession user = join(DOMAIN, alice);
        call(user, MREALM + "create_mrealm", named("mrealm1"));
        ClientSession owner = join(Identity.of("mrealm1", null, "owner", alice));
        call(owner, "io.bailiwick.mrealm.metadata.add_tags", "mrealm1", List.of("a"));
        List<?> records =
                (List<?>) dict(call(owner, "io.bailiwick.mrealm.list_audit")).get("records");
        Map<String, Object> actor = dict(dict(records.get(0)).get("actor"));
        assertEquals("alice@example.org", actor.get("authid"));
        assertEquals("owner", actor.get("authrole"));
        assertEquals(alice.publicKey().hex(), actor.get("pubkey"));
        assertEquals(
                dict(call(user, "crossbarfabriccenter.user.get_user_by_email", "alice@example.org"))
                        .get("oid"),
                actor.get("user_oid"));
        assertTrue(String.valueOf(actor.get("address")).startsWith("listener1 tcp:127.0.0.1:"), actor.toString());
        // What the controller is told of its callers is for nobody else.
        assertEquals("wamp.error.not_authorized", error(owner, "io.bailiwick.domain.get_caller", owner.id()));
    }

    @Test
    void a_node_is_told_which_user_has_called_it() throws Exception {
        SigningKey key = SigningKey.generate();
        call(superuser(DOMAIN), MREALM + "pair_node", key.publicKey().hex(), "default", "n1");
        ClientSession node = join(Identity.of(null, null, "node", key));
        node.register(
                        "crossbarfabriccenter.node.n1.get_status",
                        Dict.EMPTY,
                        call -> CompletableFuture.completedFuture(
                                Arguments.of(call.details().entries())))
                .get(PATIENCE, TimeUnit.SECONDS);
        ClientSession owner = superuser("default");
        until("the node is called", () -> {
            try {
                Map<String, Object> told = dict(call(owner, "crossbarfabriccenter.remote.node.get_status", "n1"));
                assertEquals(owner.id(), told.get("caller"));
                assertEquals("superuser", told.get("caller_authid"));
                assertEquals(owner.authrole(), told.get("caller_authrole"));
                return true;
            } catch (ExecutionException notYet) {
                return false;
            }
        });
    }

    @Test
    void what_happens_in_one_realm_is_told_to_those_who_may_see_it_only() throws Exception {
        ClientSession hers = join(DOMAIN, alice);
        ClientSession his = join(DOMAIN, bob);
        BlockingQueue<Object> toAlice = events(hers, MREALM + "on_mrealm_created");
        BlockingQueue<Object> toBob = events(his, MREALM + "on_mrealm_created");
        call(hers, MREALM + "create_mrealm", named("hers"));
        call(his, MREALM + "create_mrealm", named("his"));
        assertEquals("hers", dict(toAlice.poll(PATIENCE, TimeUnit.SECONDS)).get("name"));
        assertEquals("his", dict(toBob.poll(PATIENCE, TimeUnit.SECONDS)).get("name"));
        assertTrue(toAlice.isEmpty());
        assertEquals(List.of("hers"), call(hers, MREALM + "list_mrealms", true));
        assertEquals("crossbar.error.no_such_object", error(hers, MREALM + "get_mrealm_by_name", "his"));
        assertEquals("wamp.error.authentication_failed", refusal(Identity.of("his", null, null, alice)));
    }

    @Test
    void a_user_can_neither_register_nor_publish_on_the_domain_realm() throws Exception {
        ClientSession user = join(DOMAIN, alice);
        for (CompletableFuture<Void> forged : List.of(
                user.publish("crossbarfabriccenter.mrealm.on_node_paired", "forged"),
                user.register(
                        "crossbarfabriccenter.domain.evil",
                        Dict.EMPTY,
                        call -> CompletableFuture.completedFuture(Arguments.NONE)))) {
            ExecutionException failure =
                    assertThrows(ExecutionException.class, () -> forged.get(PATIENCE, TimeUnit.SECONDS));
            assertEquals(
                    "wamp.error.not_authorized",
                    assertInstanceOf(ApplicationError.class, failure.getCause()).uri());
        }
    }

    @Test
    void bad_arguments_are_answered_with_what_was_expected() throws Exception {
        ClientSession user = superuser(DOMAIN);
        assertEquals("wamp.error.invalid_argument", error(user, MREALM + "get_mrealm", "no-uuid"));
        assertEquals("wamp.error.invalid_argument", error(user, MREALM + "create_mrealm"));
        assertEquals("wamp.error.invalid_argument", error(user, MREALM + "pair_node", "abc", "default", "n1"));
        assertEquals(
                "fabric.no-such-realm",
                error(
                        user,
                        MREALM + "pair_node",
                        SigningKey.generate().publicKey().hex(),
                        "nowhere",
                        "n1"));
        assertEquals("crossbar.error.already_exists", error(user, MREALM + "create_mrealm", named("default")));
    }

    @Test
    void strangers_learn_nothing() {
        SigningKey stranger = SigningKey.generate();
        for (String realm : new String[] {null, DOMAIN, "default", "nowhere"}) {
            assertEquals("wamp.error.authentication_failed", refusal(Identity.of(realm, null, null, stranger)));
        }
        assertEquals("wamp.error.no_matching_auth_method", refusal(Identity.anonymous("default")));
    }

    @Test
    void the_domain_says_how_it_is_and_ticks() throws Exception {
        ClientSession user = join(DOMAIN, alice);
        Map<String, Object> status = dict(call(user, "crossbarfabriccenter.domain.get_status"));
        assertEquals("domain", status.get("type"));
        assertEquals(DOMAIN, status.get("realm"));
        assertEquals(1L, status.get("tick"));
        assertTrue(dict(call(user, "crossbarfabriccenter.domain.get_version")).containsKey("bailiwick_ver"));
    }

    @Test
    void after_a_restart_everything_is_there_again() throws Exception {
        SigningKey key = SigningKey.generate();
        ClientSession user = join(DOMAIN, alice);
        Map<String, Object> realm = dict(call(user, MREALM + "create_mrealm", named("mrealm1")));
        call(user, MREALM + "pair_node", key.publicKey().hex(), "mrealm1", "n1");
        List<Long> before = domain.realms().stream().map(RealmStatus::pid).toList();
        domain.close();
        for (Long pid : before) {
            until(
                    "realm controllers have left",
                    () -> pid == null || ProcessHandle.of(pid).isEmpty());
        }
        domain = DomainController.start(options(directory.resolve("data")));
        assertEquals("n1", join(Identity.of(null, null, "node", key)).authid());
        Map<String, Object> found = dict(call(join(DOMAIN, alice), MREALM + "get_mrealm_by_name", "mrealm1"));
        assertEquals(realm.get("oid"), found.get("oid"));
        until("the controller is back", () -> domain.realms().stream()
                .anyMatch(status ->
                        status.name().equals("mrealm1") && status.state().equals("ready")));
    }

    @Test
    void the_key_of_a_realm_controller_is_neither_on_its_command_line_nor_in_its_environment() throws Exception {
        until("the default realm is ready", () -> domain.realms().stream()
                .anyMatch(status -> status.state().equals("ready")));
        for (RealmStatus status : domain.realms()) {
            Path process = Path.of("/proc", String.valueOf(status.pid()));
            String command = Files.readString(process.resolve("cmdline"));
            assertTrue(command.contains("realm-controller"), command);
            for (String shown : List.of(command, Files.readString(process.resolve("environ")))) {
                assertFalse(shown.matches("(?s).*\\b[0-9a-f]{64}\\b.*"), shown);
            }
        }
    }

    @Test
    void a_second_domain_cannot_have_the_same_data() {
        assertThrows(StoreLockedException.class, () -> DomainController.start(options(directory.resolve("data"))));
        assertEquals(1, domain.endpoints().size());
    }

    @Test
    void the_first_start_makes_a_key_for_its_owner_only_and_a_default_realm_that_stays_deleted() throws Exception {
        domain.close();
        Path fresh = directory.resolve("fresh");
        domain = DomainController.start(options(fresh));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(domain.superuserKey())));
        assertTrue(Files.exists(fresh.resolve("superuser.pub")));
        ClientSession user = superuser(null);
        assertEquals(DOMAIN, user.realm());
        assertEquals("superuser", user.authid());
        assertEquals(List.of("default"), call(user, MREALM + "list_mrealms", true));
        call(user, MREALM + "delete_mrealm_by_name", "default");
        domain.close();
        domain = DomainController.start(options(fresh));
        assertEquals(List.of(), call(superuser(DOMAIN), MREALM + "list_mrealms", true));
    }

    @Test
    void a_data_directory_with_a_long_path_serves_as_well() throws Exception {
        domain.close();
        domain = DomainController.start(options(directory.resolve("d".repeat(120))));
        until("the default realm is ready", () -> domain.realms().stream()
                .anyMatch(status -> status.state().equals("ready")));
    }

    @Test
    void a_controller_that_was_killed_is_told_of_and_why_is_known_when_it_is_back() throws Exception {
        ClientSession root = superuser(Roles.DOMAIN_REALM);
        BlockingQueue<Map<?, ?>> failed = SmallDomain.events(root, "io.bailiwick.domain.on_controller_failed");
        BlockingQueue<Map<?, ?>> recovered = SmallDomain.events(root, "io.bailiwick.domain.on_controller_recovered");
        long pid = Fleet.until("the controller", () -> {
            RealmStatus status = domain.realms().get(0);
            return status.state().equals("ready") ? status.pid() : null;
        });
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Map<String, Object> down = dict(SmallDomain.next(failed).get("controller"));
        Map<String, Object> up = dict(SmallDomain.next(recovered).get("controller"));
        assertEquals("waiting", down.get("state"));
        String why = (String) down.get("reason");
        assertTrue(why.startsWith("left with exit code 137 (signal 9)"), why);
        assertEquals("ready", up.get("state"));
        assertNull(up.get("reason"));
        assertEquals(why, up.get("last_reason"));
        Object shown =
                dict(call(root, MREALM + "get_mrealm_by_name", "default")).get("controller");
        assertEquals(why, dict(shown).get("last_reason"));
        assertEquals(down.get("last_failed"), dict(shown).get("last_failed"));
        assertTrue(!dict(shown).get("pid").equals(pid));
    }
}
