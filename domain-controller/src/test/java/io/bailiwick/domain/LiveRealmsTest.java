package io.bailiwick.domain;

import static io.bailiwick.domain.testing.Calls.refused;
import static io.bailiwick.domain.testing.Calls.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.admission.Roles;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.schema.Role;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserMrealmRole;
import io.bailiwick.domain.supervision.RealmControllers;
import io.bailiwick.domain.testing.Population;
import io.bailiwick.router.child.Lifecycle;
import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.server.Router;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Realms in a real router, their controllers plain objects. */
class LiveRealmsTest {
    private static final long PATIENCE = 30;

    @TempDir
    Path directory;

    private final BlockingQueue<PlainChild> children = new LinkedBlockingQueue<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledExecutorService supervisor = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    /** Whom the router lets in: decided before anything changed, as in a handshake under way. */
    private volatile Decision decision = Decision.Refusal.of("wamp.error.authentication_failed", "nobody");

    private Population population;
    private Network network;
    private Router router;
    private RealmControllers controllers;
    private DataDirectory data;
    private LiveRealms live;
    private ManagementRealm realm;

    @BeforeEach
    void start() throws Exception {
        data = DataDirectory.prepare(directory);
        population = new Population(data.store());
        realm = population.realm("mrealm1", population.superuser);
        network = Network.open(1);
        router = Router.start(network, claim -> CompletableFuture.completedFuture(decision));
        router.openRealm(Roles.DOMAIN_REALM, Roles.DOMAIN);
        controllers = new RealmControllers(
                wanted -> {
                    PlainChild child = new PlainChild();
                    children.add(child);
                    return child;
                },
                supervisor,
                Clock.systemUTC(),
                2,
                status -> {},
                new Lifecycle(
                        List.of(Duration.ofMillis(1)),
                        Lifecycle.STANDARD.startDeadline(),
                        2,
                        Lifecycle.STANDARD.window(),
                        Lifecycle.STANDARD.window(),
                        Lifecycle.STANDARD.health()),
                RealmControllers.STOP_GRACE);
        live = live(Duration.ofSeconds(PATIENCE));
    }

    private LiveRealms live(Duration startDeadline) {
        HeldSession domain = new HeldSession(
                Roles.DOMAIN_REALM, router.local(Roles.DOMAIN_REALM, "domain", Roles.BACKEND), workers, timer);
        result(domain.open(List.of()));
        return new LiveRealms(
                router,
                controllers,
                domain,
                new Work(population.store, workers),
                data,
                new LiveRealms.Times(startDeadline, Duration.ofMillis(300), Duration.ofMillis(300)),
                timer,
                workers);
    }

    @AfterEach
    void stop() {
        controllers.close();
        router.close();
        network.close();
        timer.shutdownNow();
        supervisor.shutdownNow();
        workers.shutdown();
        population.close();
    }

    private PlainChild child() throws Exception {
        PlainChild child = children.poll(PATIENCE, TimeUnit.SECONDS);
        assertTrue(child != null, "no controller was started");
        return child;
    }

    private ClientSession backend() {
        Connector connector = router.local("mrealm1", "realm-controller", Roles.BACKEND);
        return result(Client.join(connector, Identity.anonymous("mrealm1"), workers));
    }

    private Object listNodes(ClientSession session) {
        return result(session.call("io.bailiwick.domain.list_nodes")).list().get(0);
    }

    @Test
    void a_realm_is_open_when_its_controller_is_ready_and_its_nodes_can_be_asked_for_before() throws Exception {
        Node node = population.node(population.superuser, realm, "n1");
        CompletableFuture<Void> opened = live.open(realm);
        PlainChild child = child();
        assertFalse(opened.isDone());
        List<?> nodes = (List<?>) listNodes(backend());
        assertEquals(node.oid().toString(), ((Map<?, ?>) nodes.get(0)).get("oid"));
        child.ready.complete(null);
        result(opened);
        assertEquals("ready", live.controller(realm.oid()).get("state"));
    }

    @Test
    void a_controller_that_is_not_ready_in_time_is_a_timeout_and_stays_wanted() throws Exception {
        live = live(Duration.ofMillis(50));
        refused("fabric.realm-start-timeout", () -> live.open(realm));
        assertEquals("starting", live.controller(realm.oid()).get("state"));
    }

    @Test
    void a_controller_that_cannot_be_started_is_said_to_be_so_without_its_reason() throws Exception {
        CompletableFuture<Void> opened = live.open(realm);
        child().leave(3);
        child().leave(3);
        String text = refused("fabric.realm-start-failed", () -> opened);
        assertFalse(text.contains("3"), text);
    }

    @Test
    void a_realm_that_is_deleted_while_it_starts_leaves_no_controller_and_no_store() throws Exception {
        CompletableFuture<Void> opened = live.open(realm);
        CompletableFuture<Void> closed = live.close(realm);
        Files.createDirectories(data.realm(realm.oid()).resolve("xodus"));
        result(closed);
        assertThrows(CompletionException.class, () -> result(opened));
        assertFalse(router.hasRealm("mrealm1"));
        assertFalse(Files.exists(data.realm(realm.oid())));
        assertEquals(Map.of(), live.controller(realm.oid()));
        assertTrue(children.isEmpty() || child().exited.isDone());
    }

    @Test
    void a_new_realm_may_take_the_name_of_one_that_is_still_being_deleted() throws Exception {
        CompletableFuture<Void> first = live.open(realm);
        child().ready.complete(null);
        result(first);
        CompletableFuture<Void> closed = live.close(realm);
        ManagementRealm next =
                new ManagementRealm(UUID.randomUUID(), null, null, null, "mrealm1", 1, realm.owner(), null, null);
        CompletableFuture<Void> second = live.open(next);
        result(closed);
        child().ready.complete(null);
        result(second);
        assertTrue(router.hasRealm("mrealm1"));
        assertEquals("ready", live.controller(next.oid()).get("state"));
    }

    @Test
    void the_controller_is_told_of_nodes_that_come_and_go() throws Exception {
        result(live.admit(realm));
        ClientSession controller = backend();
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        for (String topic : List.of(
                "io.bailiwick.domain.on_node_paired",
                "io.bailiwick.domain.on_node_modified",
                "io.bailiwick.domain.on_node_unpaired")) {
            result(controller.subscribe(topic, MatchPolicy.EXACT, event -> {
                Map<?, ?> node = (Map<?, ?>) event.arguments().list().get(0);
                told.add(event.topic() + " " + node.get("authid"));
            }));
        }
        Node node = population.node(population.superuser, realm, "n1");
        live.paired(realm, node);
        result(live.changed(realm, node));
        result(live.unpaired(realm, node));
        assertEquals("io.bailiwick.domain.on_node_paired n1", told.poll(PATIENCE, TimeUnit.SECONDS));
        assertEquals("io.bailiwick.domain.on_node_modified n1", told.poll(PATIENCE, TimeUnit.SECONDS));
        assertEquals("io.bailiwick.domain.on_node_unpaired n1", told.poll(PATIENCE, TimeUnit.SECONDS));
    }

    /** A node that joins by a decision from before its unpairing. */
    private ClientSession latecomer(Node node) throws Exception {
        return latecomer("n1", "node", Dict.of("node_oid", node.oid().toString()), Set.of());
    }

    /** Somebody who joins by a decision from before something changed. */
    private ClientSession latecomer(String authid, String role, Dict authextra, Set<String> marks) throws Exception {
        decision = new Decision.Admission(
                "mrealm1", authid, role, "anonymous", "static", authextra, Optional.empty(), marks);
        try (Network.Listening listening = router.listen(new ListenerOptions(
                "test", Endpoint.of("tcp://127.0.0.1:0"), "/ws", Optional.empty(), ListenerOptions.Limits.DEFAULT))) {
            Endpoint at = Endpoint.of("rs://127.0.0.1:" + listening.endpoint().port());
            return result(Client.join(
                    network.connector(at, Format.JSON, Optional.empty()), Identity.anonymous("mrealm1"), workers));
        }
    }

    @Test
    void a_node_whose_handshake_outlasts_its_unpairing_is_sent_away_after_it() throws Exception {
        result(live.admit(realm));
        Node node = population.node(population.superuser, realm, "n1");
        population.store.writeAll(tx -> population.schema().nodes.update(tx, node.oid(), node.unpaired()));
        assertEquals(List.of(), result(live.unpaired(realm, node)));
        ClientSession late = latecomer(node);
        assertEquals("wamp.close.auth-changed", result(late.closed()).reason());
    }

    @Test
    void a_node_that_is_paired_again_in_the_meantime_stays() throws Exception {
        result(live.admit(realm));
        Node again = population.node(population.superuser, realm, "n1");
        Node gone = population.node(population.superuser, realm, "n2");
        population.store.writeAll(tx -> population.schema().nodes.update(tx, gone.oid(), gone.unpaired()));
        result(live.unpaired(realm, again));
        result(live.unpaired(realm, gone));
        ClientSession stays = latecomer(again);
        ClientSession leaves = latecomer(gone);
        // What is due first is done first: when the second has been sent away, the first has been looked at.
        assertEquals("wamp.close.auth-changed", result(leaves.closed()).reason());
        result(CompletableFuture.runAsync(() -> {}, timer));
        assertFalse(stays.closed().isDone());
    }

    @Test
    void a_node_whose_handshake_outlasts_the_end_of_its_key_is_sent_away_after_it() throws Exception {
        result(live.admit(realm));
        Node node = population.node(population.superuser, realm, "n1");
        assertEquals(List.of(), result(live.changed(realm, node)));
        Dict place = Dict.of("node_oid", node.oid().toString());
        ClientSession stays = latecomer("n1", "node", place, Set.of(node.pubkey()));
        ClientSession leaves = latecomer("n1", "node", place, Set.of("the key before"));
        assertEquals("wamp.close.auth-changed", result(leaves.closed()).reason());
        assertFalse(stays.closed().isDone());
    }

    @Test
    void a_node_whose_handshake_outlasts_its_move_is_sent_away_after_it() throws Exception {
        result(live.admit(realm));
        ManagementRealm other = population.realm("mrealm2", population.superuser);
        Node node = population.node(population.superuser, realm, "n1");
        Node moved = node.pairedTo(other.oid(), "n1", node.ownerOid(), "127.0.0.1", null);
        population.store.writeAll(tx -> population.schema().nodes.update(tx, node.oid(), moved));
        result(live.unpaired(realm, node));
        live.paired(other, moved);
        assertEquals("wamp.close.auth-changed", result(latecomer(node).closed()).reason());
    }

    @Test
    void a_user_whose_handshake_outlasts_the_loss_of_its_role_is_sent_away_after_it() throws Exception {
        result(live.admit(realm));
        User alice = population.user("alice@example.org");
        population.grant(alice, realm, Role.OPERATOR);
        UserMrealmRole now = new UserMrealmRole(List.of(Role.OPERATOR));
        assertEquals(List.of(), result(live.governed(realm, alice, Optional.of(now))));
        ClientSession stays = latecomer(alice.authid(), "operator", Dict.EMPTY, Set.of());
        ClientSession leaves = latecomer(alice.authid(), "admin", Dict.EMPTY, Set.of());
        assertEquals("wamp.close.auth-changed", result(leaves.closed()).reason());
        assertFalse(stays.closed().isDone());
    }

    @Test
    void the_state_of_a_node_is_what_its_controller_says_and_else_what_the_router_sees() throws Exception {
        result(live.admit(realm));
        Node node = population.node(population.superuser, realm, "n1");
        assertEquals("offline", result(live.state(realm, node)).get("status"));
        ClientSession there = latecomer(node);
        assertEquals(there.id(), result(live.state(realm, node)).get("session"));
        ClientSession controller = backend();
        result(controller.register(
                "crossbarfabriccenter.mrealm.get_node",
                Dict.EMPTY,
                call -> CompletableFuture.completedFuture(
                        Arguments.of(Map.of("oid", "x", "status", "online", "heartbeat", 7, "online_since", 5)))));
        Map<String, Object> state = result(live.state(realm, node));
        assertEquals("online", state.get("status"));
        assertEquals(7L, state.get("heartbeat"));
        assertEquals(5L, state.get("online_since"));
        assertFalse(state.containsKey("oid"));
        result(controller.unregister("crossbarfabriccenter.mrealm.get_node"));
        result(controller.register(
                "crossbarfabriccenter.mrealm.get_node", Dict.EMPTY, call -> new CompletableFuture<>()));
        // Who does not answer in time is not waited for.
        assertEquals(there.id(), result(live.state(realm, node)).get("session"));
    }

    @Test
    void the_domains_own_session_comes_back_when_it_is_lost() throws Exception {
        result(live.admit(realm));
        ClientSession controller = backend();
        result(router.end("mrealm1", session -> session.authid().equals("domain"), "wamp.close.killed", ""));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
        while (true) {
            try {
                assertEquals(List.of(), listNodes(controller));
                break;
            } catch (CompletionException notYet) {
                assertTrue(System.nanoTime() < end, "it did not come back");
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }
}
