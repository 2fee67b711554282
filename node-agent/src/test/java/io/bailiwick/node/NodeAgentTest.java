package io.bailiwick.node;

import static io.bailiwick.node.TestDomain.NODE;
import static io.bailiwick.node.TestDomain.REALM;
import static io.bailiwick.node.TestDomain.events;
import static io.bailiwick.node.TestDomain.get;
import static io.bailiwick.node.TestDomain.next;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.node.uplink.Joining;
import io.bailiwick.node.uplink.UplinkStatus;
import io.bailiwick.node.uplink.UplinkStatus.State;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Event;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Uris;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent over a real router and real sockets. */
class NodeAgentTest {
    private static final Duration SOON = Duration.ofMillis(10);
    private static final Duration OFTEN = Duration.ofMillis(50);

    @TempDir
    Path directory;

    private final BlockingQueue<UplinkStatus> states = new LinkedBlockingQueue<>();
    private TestDomain domain;
    private NodeAgent agent;

    @BeforeEach
    void open() throws Exception {
        domain = new TestDomain();
    }

    @AfterEach
    void close() {
        if (agent != null) {
            agent.close();
        }
        domain.close();
    }

    private void start(String... urls) throws Exception {
        agent = NodeAgent.start(NodeOptions.of(directory, urls).withHeartbeat(SOON, OFTEN));
        agent.onStatus(states::add);
    }

    /** An agent whose key is paired already. */
    private void startPaired(String authid, String... urls) throws Exception {
        domain.paired.put(NodeKey.of(directory).publicKey().hex(), authid);
        start(urls.length == 0 ? new String[] {domain.url("ws")} : urls);
    }

    private UplinkStatus await(State state) throws InterruptedException {
        UplinkStatus status = next(states);
        while (status.state() != state) {
            status = next(states);
        }
        return status;
    }

    private static Object call(ClientSession session, String procedure, Object... arguments) throws Exception {
        return get(session.call(procedure, arguments)).list().get(0);
    }

    @Test
    void a_node_that_is_not_paired_asks_on_and_comes_up_by_itself_once_it_is() throws Exception {
        domain.controller();
        start(domain.url("ws"));
        UplinkStatus unpaired = await(State.UNPAIRED);
        assertTrue(unpaired.text().contains("fabric.auth-failed.node-unpaired"), unpaired.text());
        await(State.UNPAIRED);
        domain.paired.put(agent.publicKey(), "n1");
        UplinkStatus ready = await(State.READY);
        assertEquals(REALM, ready.realm());
        assertEquals("n1", ready.authid());
        assertEquals(ready, agent.status());
    }

    @Test
    void a_node_that_is_told_to_wait_knocks_on_and_comes_up_once_it_is_approved() throws Exception {
        domain.controller();
        domain.unpaired = "io.bailiwick.domain.node_waiting";
        start(domain.url("ws"));
        await(State.UNPAIRED);
        await(State.UNPAIRED);
        domain.paired.put(agent.publicKey(), "n1");
        await(State.READY);
    }

    @Test
    void a_node_brings_its_code_and_the_name_that_it_wants_until_it_is_in() throws Exception {
        domain.controller();
        domain.joinCode = "the code";
        agent = NodeAgent.start(NodeOptions.of(directory, domain.url("ws"))
                .withHeartbeat(SOON, OFTEN)
                .withJoining(new Joining(Optional.of("the code"), Optional.of("press1"))));
        agent.onStatus(states::add);
        assertEquals("press1", await(State.READY).authid());
        assertEquals("the code", domain.codes.poll());
        domain.end("press1", "wamp.close.auth-changed");
        await(State.CONNECTING);
        await(State.READY);
        assertEquals("", domain.codes.poll(), "who was in is known by its key");
    }

    @Test
    void a_node_whose_code_is_refused_waits_and_does_not_bring_it_again_at_once() throws Exception {
        domain.controller();
        domain.joinCode = "another";
        agent = NodeAgent.start(NodeOptions.of(directory, domain.url("ws"))
                .withHeartbeat(SOON, OFTEN)
                .withJoining(new Joining(Optional.of("the code"), Optional.empty())));
        agent.onStatus(states::add);
        await(State.UNPAIRED);
        await(State.UNPAIRED);
        assertEquals("the code", domain.codes.poll());
        assertEquals("", domain.codes.poll());
        domain.paired.put(agent.publicKey(), "n1");
        await(State.READY);
    }

    @Test
    void a_code_is_read_from_a_file_for_its_owner_only_and_is_shown_nowhere() throws Exception {
        Path file = directory.resolve("code.txt");
        assertEquals(Optional.empty(), JoinCodeFile.read(file), "it may be gone once the node is in");
        Files.writeString(file, "the code\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        IOException open = assertThrows(IOException.class, () -> JoinCodeFile.read(file));
        assertFalse(open.getMessage().contains("the code"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertEquals(Optional.of("the code"), JoinCodeFile.read(file));
        assertFalse(new Joining(Optional.of("the code"), Optional.empty())
                .toString()
                .contains("the code"));
        Files.writeString(file, "two\nlines\n");
        assertThrows(IOException.class, () -> JoinCodeFile.read(file));
        Files.writeString(file, "\n");
        assertThrows(IOException.class, () -> JoinCodeFile.read(file));
    }

    @Test
    void a_node_that_is_refused_for_another_reason_says_so_and_asks_on() throws Exception {
        domain.controller();
        domain.refusal = "wamp.error.no_such_realm";
        startPaired("n1", domain.url("rs"));
        UplinkStatus refused = await(State.REFUSED);
        assertTrue(refused.text().contains("wamp.error.no_such_realm"), refused.text());
        domain.refusal = "";
        await(State.READY);
    }

    @Test
    void a_node_that_cannot_reach_its_domain_goes_on_trying() throws Exception {
        domain.stop();
        start(domain.url("rs"));
        assertTrue(await(State.WAITING).text().contains(String.valueOf(domain.endpoint.port())));
        domain.open();
        await(State.UNPAIRED);
    }

    @Test
    void a_node_is_ready_when_the_controller_of_its_realm_answers() throws Exception {
        startPaired("n1");
        UplinkStatus joined = await(State.JOINED);
        while (!joined.text().contains("controller")) {
            joined = await(State.JOINED);
        }
        assertTrue(joined.text().contains("no_such_procedure"), joined.text());
        domain.controller();
        await(State.READY);
    }

    @Test
    void what_the_node_tells_of_itself_is_true() throws Exception {
        ClientSession caller = domain.controller();
        startPaired("n1");
        UplinkStatus ready = await(State.READY);
        Map<?, ?> status = assertInstanceOf(Map.class, call(caller, NODE + "n1.get_status"));
        assertEquals(agent.publicKey(), status.get("pubkey"));
        assertEquals(REALM, status.get("management_realm"));
        assertEquals("n1", status.get("management_node_id"));
        assertEquals(ready.session(), status.get("management_session_id"));
        assertEquals(ProcessHandle.current().pid(), status.get("controller_pid"));
        assertEquals(
                directory.toRealPath().toString(),
                Path.of((String) status.get("directory")).toRealPath().toString());
        assertEquals(Map.of(), status.get("workers_by_type"));
        assertEquals("o1", ((Map<?, ?>) status.get("management_node_extra")).get("node_oid"));
        assertTrue(status.containsKey("ethadr"));

        assertEquals(List.of(), call(caller, NODE + "n1.get_workers", List.of("router")));
        assertTrue(((String) call(caller, NODE + "n1.utcnow")).endsWith("Z"));
        assertEquals(status.get("started"), call(caller, NODE + "n1.started"));
        assertTrue((Double) call(caller, NODE + "n1.uptime") > 0);
        assertEquals((long) Runtime.getRuntime().availableProcessors(), call(caller, NODE + "n1.get_cpu_count"));
        Map<?, ?> stats = assertInstanceOf(Map.class, call(caller, NODE + "n1.get_system_stats"));
        assertTrue(stats.keySet().containsAll(List.of("uptime", "network", "cpu", "memory")), stats.toString());
        assertTrue(((Map<?, ?>) call(caller, NODE + "n1.get_process_stats")).containsKey("resident"));
        assertTrue(((Map<?, ?>) call(caller, NODE + "n1.get_process_info")).containsKey("threads"));
    }

    @Test
    void heartbeats_have_the_form_of_the_wire() throws Exception {
        ClientSession controller = domain.controller();
        BlockingQueue<Event> nodes = events(controller, NODE + "on_heartbeat");
        BlockingQueue<Event> workers = events(controller, NODE + "on_worker_heartbeat");
        startPaired("n1");
        Event event = next(nodes);
        assertEquals("n1", event.details().text("publisher_authid").orElseThrow());
        assertEquals("n1", event.arguments().list().get(0));
        Map<?, ?> first = assertInstanceOf(Map.class, event.arguments().list().get(1));
        assertEquals(1L, first.get("seq"));
        assertEquals(1L, first.get("period"));
        assertEquals(1L, first.get("state"));
        assertEquals(REALM, first.get("mrealm_id"));
        assertEquals(Map.of("controller", 1L), first.get("workers"));
        assertTrue((Long) first.get("timestamp") > 1_700_000_000_000_000_000L);
        assertTrue(assertInstanceOf(Map.class, first.get("system")).containsKey("memory"));

        Event ofWorker = next(workers);
        assertEquals(List.of("n1", "controller"), ofWorker.arguments().list().subList(0, 2));
        Map<?, ?> worker =
                assertInstanceOf(Map.class, ofWorker.arguments().list().get(2));
        assertEquals("controller", worker.get("type"));
        assertEquals(1L, worker.get("seq"));
        assertTrue(
                worker.containsKey("num_fds") && worker.containsKey("cpu_user"), "flat, as the wire has it: " + worker);

        Map<?, ?> second =
                assertInstanceOf(Map.class, next(nodes).arguments().list().get(1));
        assertEquals(2L, second.get("seq"));
        Map<?, ?> network = assertInstanceOf(Map.class, ((Map<?, ?>) second.get("system")).get("network"));
        assertTrue(network.containsKey("bytes_sent_per_sec"), "rates from the second on");
        assertTrue(((Map<?, ?>) next(workers).arguments().list().get(2)).containsKey("cpu_user_per_sec"));
    }

    @Test
    void a_lost_session_is_replaced_and_heartbeats_count_from_one_again() throws Exception {
        ClientSession controller = domain.controller();
        BlockingQueue<Event> beats = events(controller, NODE + "on_heartbeat");
        startPaired("n1", domain.url("rs"));
        UplinkStatus before = await(State.READY);
        while (!Long.valueOf(3)
                .equals(((Map<?, ?>) next(beats).arguments().list().get(1)).get("seq"))) {
            // a few beats of the first session
        }
        domain.end("n1", Uris.KILLED);
        await(State.WAITING);
        beats.clear();
        UplinkStatus after = await(State.READY);
        assertNotEquals(before.session(), after.session());
        assertEquals(1L, ((Map<?, ?>) next(beats).arguments().list().get(1)).get("seq"));
        assertInstanceOf(Map.class, call(controller, NODE + "n1.get_status"));
    }

    @Test
    void a_router_that_comes_back_finds_the_node_again() throws Exception {
        domain.controller();
        startPaired("n1");
        await(State.READY);
        domain.stop();
        await(State.WAITING);
        domain.open();
        domain.controller();
        await(State.READY);
    }

    @Test
    void a_node_whose_rights_changed_joins_anew_with_its_new_name() throws Exception {
        domain.controller();
        startPaired("n1");
        await(State.READY);
        domain.paired.put(agent.publicKey(), "n2");
        domain.end("n1", Uris.AUTH_CHANGED);
        assertEquals("n2", await(State.READY).authid());
    }

    @Test
    void ways_to_the_domain_are_tried_in_turn() throws Exception {
        domain.controller();
        int dead;
        try (ServerSocket socket = new ServerSocket(0)) {
            dead = socket.getLocalPort();
        }
        startPaired("n1", "rs://127.0.0.1:" + dead, domain.url("rs"));
        await(State.WAITING);
        await(State.READY);
    }

    @Test
    void an_order_to_leave_is_answered_before_it_is_followed() throws Exception {
        ClientSession caller = domain.controller();
        BlockingQueue<Event> stopping = events(caller, NODE + "n1.on_node_stopping");
        startPaired("n1");
        await(State.READY);
        Arguments restart = new Arguments(List.of(), Map.of("restart", true));
        Map<?, ?> answer = assertInstanceOf(
                Map.class,
                get(caller.call(NODE + "n1.shutdown", restart, Duration.ofSeconds(10)))
                        .list()
                        .get(0));
        assertEquals("n1", answer.get("node_id"));
        assertEquals(true, answer.get("restart"));
        assertEquals("domain", answer.get("who"));
        assertEquals(true, answer.get("was_clean"));
        next(stopping);
        await(State.STOPPED);
        assertEquals(new NodeAgent.Ended("asked to by domain", true), get(agent.ended()));
        assertEquals(1, domain.sessions().size(), "only the caller is left");
    }

    @Test
    void another_node_cannot_order_it_to_leave() throws Exception {
        domain.controller();
        startPaired("n1");
        await(State.READY);
        ClientSession peer = get(domain.asNode("n2"));
        ExecutionException e = assertThrows(ExecutionException.class, () -> get(peer.call(NODE + "n1.shutdown")));
        assertEquals(
                Uris.NOT_AUTHORIZED,
                assertInstanceOf(ApplicationError.class, e.getCause()).uri());
    }

    @Test
    void an_agent_that_is_closed_leaves_and_ends() throws Exception {
        domain.controller();
        startPaired("n1");
        await(State.READY);
        agent.close();
        agent.close();
        await(State.STOPPED);
        assertEquals(new NodeAgent.Ended("closed", false), agent.awaitEnd());
        assertEquals(1, domain.sessions().size());
        int asked = domain.asked.get();
        assertEquals(1, asked, "it does not come back");
    }

    @Test
    void an_agent_that_waits_for_pairing_can_be_closed() throws Exception {
        start(domain.url("ws"));
        await(State.UNPAIRED);
        agent.close();
        await(State.STOPPED);
    }

    @Test
    void a_listener_that_fails_harms_nobody() throws Exception {
        domain.controller();
        startPaired("n1");
        agent.onStatus(status -> {
            throw new IllegalStateException("a listener that fails");
        });
        domain.end("n1", Uris.KILLED);
        await(State.READY);
    }
}
