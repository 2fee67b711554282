package io.bailiwick.mrealm.remote;

import static io.bailiwick.mrealm.TestRealm.events;
import static io.bailiwick.mrealm.TestRealm.get;
import static io.bailiwick.mrealm.TestRealm.next;
import static io.bailiwick.mrealm.TestRealm.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.mrealm.RealmController;
import io.bailiwick.mrealm.RealmSettings;
import io.bailiwick.mrealm.TestRealm;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Event;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A controller, a node that plays all parts, and a user, over a real router. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RemoteApiTest {
    private static final String REMOTE = "crossbarfabriccenter.remote.";
    private static final String NODE = "crossbarfabriccenter.node.n1.";
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private TestRealm realm;
    private RealmController controller;
    private ClientSession owner;
    private ClientSession node;
    /** Another one, of which nothing is asked: what is asked of a node is told without it. */
    private ClientSession teller;

    private UUID oid;

    @BeforeAll
    void open(@TempDir Path directory) throws Exception {
        realm = new TestRealm(directory);
        oid = realm.pair("n1");
        realm.pair("n2");
        controller = RealmController.start(RealmSettings.of(realm.settings(directory.resolve("store"), "")));
        owner = realm.direct("owner@example.com", "owner");
        realm.pair("teller");
        node = realm.direct("n1", "node");
        teller = realm.direct("teller", "node");
        until("the node is online", () -> "online"
                .equals(((Map<?, ?>) TestRealm.call(owner, TestRealm.MREALM + "get_node", "n1")).get("status")));
    }

    @AfterAll
    void close() {
        controller.close();
        realm.close();
    }

    private void offer(String suffix, Function<Invocation, CompletableFuture<Arguments>> procedure) throws Exception {
        get(node.register(NODE + suffix, Dict.EMPTY, procedure));
    }

    private static CompletableFuture<Arguments> echo(Invocation call) {
        return CompletableFuture.completedFuture(call.arguments());
    }

    private ApplicationError errorOf(ClientSession session, String procedure, Object... arguments) {
        ExecutionException e = assertThrows(ExecutionException.class, () -> get(session.call(procedure, arguments)));
        return assertInstanceOf(ApplicationError.class, e.getCause());
    }

    private Arguments call(String procedure, List<Object> list, Map<String, Object> map) throws Exception {
        return get(owner.call(REMOTE + procedure, new Arguments(list, map), PATIENCE));
    }

    /** The documented rows: group, and its procedures by their names here. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "node | get_cpu_count get_cpu_affinity set_cpu_affinity get_process_info get_process_stats"
                        + " set_process_stats_monitoring trigger_gc start_manhole stop_manhole get_manhole get_status"
                        + " get_system_stats shutdown get_worker_log get_workers get_worker start_worker stop_worker"
                        + " get_process_monitor get_cpus get_public_key started uptime utcnow",
                "nativeprocess | get_cpu_count get_cpu_affinity set_cpu_affinity get_process_info get_process_stats"
                        + " set_process_stats_monitoring get_process_monitor trigger_gc start_manhole stop_manhole"
                        + " get_manhole",
                "docker | get_info get_ping get_version get_df get_containers get_container get_images get_image fs_open"
                        + " fs_get fs_put create start stop restart pause unpause destroy delete_image remove_image"
                        + " prune_images request_tty watch shell backlog keystroke",
            })
    void every_procedure_of_a_node_is_forwarded(String group, String procedures) throws Exception {
        for (String procedure : procedures.split(" ")) {
            String there = group.equals("docker") ? docker(procedure) : procedure;
            offer(there, RemoteApiTest::echo);
            String name = group + "." + procedure;
            Arguments expected = new Arguments(List.of("a", 1L), Map.of("k", true));
            assertEquals(expected, call(name, List.of(oid.toString(), "a", 1L), Map.of("k", true)), name);
            assertEquals(expected, call(name, List.of("n1", "a", 1L), Map.of("k", true)), name);
            assertEquals(expected, call(name, List.of("a", 1L), Map.of("node_id", "n1", "k", true)), name);
            get(node.unregister(NODE + there));
        }
    }

    private static String docker(String here) {
        return switch (here) {
            case "fs_open", "fs_get", "fs_put" -> here.replace("fs_", "fs_docker_");
            case "get_info",
                    "get_ping",
                    "get_version",
                    "get_df",
                    "get_containers",
                    "get_container",
                    "get_images",
                    "get_image" -> here.replace("get_", "get_docker_");
            case "delete_image", "remove_image", "prune_images" -> here.replace("_", "_docker_");
            case "request_tty" -> "request_docker_tty";
            default -> here + "_docker_container";
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "worker | shutdown get_pythonpath add_pythonpath get_cpu_affinity set_cpu_affinity get_profilers"
                        + " start_profiler get_profile get_process_info get_process_stats set_process_stats_monitoring"
                        + " get_cpu_count get_cpus get_process_monitor trigger_gc start_manhole stop_manhole get_manhole"
                        + " get_node_id utcnow started uptime",
                "router | get_router_realms get_router_realm get_router_realm_stats get_router_realm_by_name"
                        + " start_router_realm stop_router_realm get_router_realm_roles get_router_realm_role"
                        + " start_router_realm_role stop_router_realm_role get_router_transports get_router_transport"
                        + " start_router_transport stop_router_transport get_web_transport_services"
                        + " get_web_transport_service start_web_transport_service stop_web_transport_service"
                        + " get_router_components get_router_component start_router_component stop_router_component"
                        + " get_router_realm_links get_router_realm_link start_router_realm_link"
                        + " stop_router_realm_link get_router_realm_interface start_router_realm_interface"
                        + " stop_router_realm_interface kill_by_authid",
                "container | get_components get_component start_component stop_component restart_component",
                "proxy | get_proxy_transports get_proxy_transport start_proxy_transport stop_proxy_transport"
                        + " get_web_transport_services get_web_transport_service start_web_transport_service"
                        + " stop_web_transport_service get_proxy_routes get_proxy_realm_route list_proxy_realm_routes"
                        + " start_proxy_realm_route stop_proxy_realm_route get_proxy_connections get_proxy_connection"
                        + " start_proxy_connection stop_proxy_connection",
                "tracing | get_traces get_trace start_trace stop_trace get_trace_data",
            })
    void every_procedure_of_a_worker_is_forwarded(String group, String procedures) throws Exception {
        for (String procedure : procedures.split(" ")) {
            offer("worker.w-1." + procedure, RemoteApiTest::echo);
            String name = group + "." + procedure;
            Arguments expected = new Arguments(List.of("a", 1L), Map.of("k", true));
            assertEquals(expected, call(name, List.of(oid.toString(), "w-1", "a", 1L), Map.of("k", true)), name);
            assertEquals(
                    expected,
                    call(name, List.of("a", 1L), Map.of("node_oid", oid.toString(), "worker_id", "w-1", "k", true)),
                    name);
            get(node.unregister(NODE + "worker.w-1." + procedure));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "list_workers, get_workers",
        "show_worker, get_worker",
        "start_worker, start_worker",
        "start_container_component, worker.w5.start_component",
        "show_component, worker.w5.get_component",
        "show_realm, worker.w5.get_router_realm",
        "show_transport, worker.w5.get_router_transport"
    })
    void the_names_of_older_shells_are_known(String former, String there) throws Exception {
        offer(there, RemoteApiTest::echo);
        Arguments arguments = there.startsWith("worker.")
                ? new Arguments(List.of("a"), Map.of("node_id", "n1", "worker_id", "w5"))
                : new Arguments(List.of("a"), Map.of("node_id", "n1"));
        assertEquals(Arguments.of("a"), get(owner.call("crossbarfabriccenter." + former, arguments, PATIENCE)), former);
        get(node.unregister(NODE + there));
    }

    @Test
    void a_node_is_told_who_has_asked_and_nobody_but_the_controller_says_it_for_others() throws Exception {
        get(node.register(
                NODE + "who",
                Dict.of("disclose_caller", true),
                call -> CompletableFuture.completedFuture(
                        Arguments.of(call.details().entries()))));
        Map<?, ?> told = (Map<?, ?>) TestRealm.call(owner, "io.bailiwick.mrealm.call_node", "n1", "who");
        assertEquals("owner@example.com", told.get("caller_authid"));
        assertEquals("owner", told.get("caller_authrole"));
        assertEquals(owner.id(), told.get("caller"));
        assertTrue(!told.containsKey("forward_for"), told.toString());
        Dict lie = Dict.of("forward_for", List.of(Map.of("session", 7L, "authid", "eve", "authrole", "admin")));
        Arguments direct = get(owner.call(NODE + "who", lie, Arguments.NONE, PATIENCE, Optional.empty()));
        assertEquals("owner@example.com", ((Map<?, ?>) direct.list().get(0)).get("caller_authid"));
        Arguments forwarded = get(owner.call(
                "io.bailiwick.mrealm.call_node", lie, Arguments.of("n1", "who"), PATIENCE, Optional.empty()));
        assertEquals(owner.id(), ((Map<?, ?>) forwarded.list().get(0)).get("caller"));
        get(node.unregister(NODE + "who"));
    }

    @Test
    void a_worker_s_status_is_asked_of_its_node() throws Exception {
        offer("get_worker", RemoteApiTest::echo);
        assertEquals(
                List.of("w1", true),
                call("worker.get_status", List.of("n1", "w1", true), Map.of()).list());
        get(node.unregister(NODE + "get_worker"));
    }

    @Test
    void the_meta_api_of_a_realm_of_a_worker_is_forwarded_by_authid_and_by_object_id() throws Exception {
        offer("worker.w1.realm.r1.root.wamp.session.get", RemoteApiTest::echo);
        for (String named : List.of("n1", oid.toString())) {
            assertEquals(
                    List.of(7L),
                    call("realm.meta.wamp.session.get", List.of(named, "w1", "r1", 7L), Map.of())
                            .list());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "node.nothing",
                "node.set_node_id",
                "worker.set_node_id",
                "worker.nothing",
                "nogroup.get_status",
                "realm.meta.x",
                "node"
            })
    void what_the_table_does_not_have_is_no_procedure(String name) {
        assertEquals(
                "wamp.error.no_such_procedure",
                errorOf(owner, REMOTE + name, "n1", "w1").uri());
    }

    /** The documented rows: group, its events, and the node's name for them where it has another. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "node | on_node_starting on_node_started on_node_heartbeat on_node_stopping on_node_stopped"
                        + " on_router_starting on_router_started on_container_starting on_container_started"
                        + " on_guest_starting on_guest_started on_proxy_starting on_proxy_started on_xbrmm_starting"
                        + " on_xbrmm_started on_whatever",
                "docker | on_container_create on_container_start on_container_attach on_container_commit"
                        + " on_container_kill on_container_die on_container_stop on_container_destroy"
                        + " on_container_pause on_container_unpause on_image_untag on_image_delete on_image_pull"
                        + " on_image_tag on_docker_image_update_started on_docker_image_update_progress"
                        + " on_docker_image_update_finished on_docker_image_remove_started"
                        + " on_docker_image_remove_progress on_docker_image_remove_finished",
            })
    void every_event_of_a_node_is_published_again(String group, String names) throws Exception {
        BlockingQueue<Event> told = below(group);
        for (String name : names.split(" ")) {
            get(teller.publish(
                    NODE.replace("n1", "teller") + name, new Arguments(List.of("a"), Map.of("k", 1L)), Dict.EMPTY));
            Event event = next(told);
            assertEquals(REMOTE + group + "." + name, event.topic());
            assertEquals(new Arguments(List.of("teller", "a"), Map.of("k", 1L)), event.arguments());
        }
        assertTrue(told.isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "worker | on_worker_log on_profile_started on_profile_finished on_whatever",
                "worker | on_worker_log=on_log",
                "router | on_router_realm_starting on_router_realm_started on_router_realm_stopping"
                        + " on_router_realm_stopped on_router_realm_role_starting on_router_realm_role_started"
                        + " on_router_realm_role_stopping on_router_realm_role_stopped on_router_transport_starting"
                        + " on_router_transport_started on_router_transport_stopping on_router_transport_stopped"
                        + " on_web_transport_service_starting on_web_transport_service_started"
                        + " on_web_transport_service_stopping on_web_transport_service_stopped"
                        + " on_router_component_starting on_router_component_started on_router_component_stopping"
                        + " on_router_component_stopped",
                "router | on_router_realm_started=on_realm_started on_router_realm_stopped=on_realm_stopped",
                "container | on_container_component_starting on_container_component_started"
                        + " on_container_component_stopping on_container_component_stopped",
                "container | on_container_component_stopped=container.on_component_stop",
                "proxy | on_proxy_transport_starting on_proxy_transport_started on_proxy_transport_stopping"
                        + " on_proxy_transport_stopped",
                "tracing | on_trace_started on_trace_stopped on_trace_data",
            })
    void every_event_of_a_worker_is_published_again(String group, String names) throws Exception {
        BlockingQueue<Event> told = below(group);
        for (String name : names.split(" ")) {
            String[] both = name.split("=");
            get(node.publish(NODE + "worker.w-2." + both[both.length - 1], "a"));
            Event event = next(told);
            assertEquals(REMOTE + group + "." + both[0], event.topic());
            assertEquals(List.of("n1", "w-2", "a"), event.arguments().list());
        }
    }

    @Test
    void events_of_docker_come_by_the_topics_that_nodes_really_use() throws Exception {
        BlockingQueue<Event> told = below("docker");
        String theirs = NODE.replace("n1", "teller") + "worker.crossbar.docker.";
        get(teller.publish(theirs + "on_container_start", Map.of("id", "c1")));
        Event event = next(told);
        assertEquals(REMOTE + "docker.on_container_start", event.topic());
        assertEquals(List.of("teller", Map.of("id", "c1")), event.arguments().list());
        get(teller.publish(theirs + "tty_c1", Map.of("line", "x")));
        assertEquals(REMOTE + "docker.tty_c1", next(told).topic());
    }

    @Test
    void events_of_a_component_are_told_by_what_its_worker_is() throws Exception {
        BlockingQueue<Event> router = below("router");
        BlockingQueue<Event> container = below("container");
        get(node.publish(NODE + "worker.r1.on_worker_ready", Map.of("type", "router", "id", "r1")));
        get(node.publish(NODE + "worker.c1.on_worker_ready", Map.of("type", "container", "id", "c1")));
        get(node.publish(NODE + "worker.r1.on_component_ready", "a"));
        get(node.publish(NODE + "worker.c1.on_component_started", "b"));
        assertEquals(REMOTE + "router.on_router_component_started", next(router).topic());
        assertEquals(
                REMOTE + "container.on_container_component_started",
                next(container).topic());
    }

    @Test
    void meta_events_of_a_realm_of_a_worker_get_their_dots_back() throws Exception {
        BlockingQueue<Event> told = events(owner, REMOTE + "realm.meta.wamp.session.on_join");
        get(node.publish(NODE + "worker.w1.realm.r1.root.wamp-session-on_join", Map.of("session", 7L)));
        assertEquals(
                List.of("n1", "w1", "r1", Map.of("session", 7L)),
                next(told).arguments().list());
    }

    @Test
    void events_in_the_name_of_another_node_are_dropped_at_each_level() throws Exception {
        ClientSession forger = realm.direct("n2", "node");
        BlockingQueue<Event> told = new LinkedBlockingQueue<>();
        get(owner.subscribe(REMOTE, MatchPolicy.PREFIX, told::add));
        for (ClientSession other : List.of(forger, owner)) {
            get(other.publish(NODE + "on_node_started", "forged"));
            get(other.publish(NODE + "worker.w1.on_log", "forged"));
            get(other.publish(NODE + "worker.crossbar.docker.on_container_start", "forged"));
            get(other.publish(NODE + "worker.w1.realm.r1.root.wamp-session-on_join", "forged"));
        }
        get(node.publish(NODE + "on_true"));
        assertEquals(REMOTE + "node.on_true", next(told).topic());
        forger.close();
    }

    private BlockingQueue<Event> below(String group) throws Exception {
        BlockingQueue<Event> told = new LinkedBlockingQueue<>();
        get(owner.subscribe(REMOTE + group + ".", MatchPolicy.PREFIX, told::add));
        return told;
    }

    // generic forward

    @Test
    void whatever_a_node_has_registered_can_be_called_below_its_own_prefix_only() throws Exception {
        offer("worker.m1.get_monitoring", RemoteApiTest::echo);
        String callNode = "io.bailiwick.mrealm.call_node";
        assertEquals(
                new Arguments(List.of(1L), Map.of("k", "v")),
                get(owner.call(callNode, oid.toString(), "worker.m1.get_monitoring", List.of(1), Map.of("k", "v"))));
        assertEquals(
                Arguments.NONE,
                get(owner.call(
                        callNode,
                        new Arguments(List.of(), Map.of("node_id", "n1", "procedure", "worker.m1.get_monitoring")),
                        PATIENCE)));
        assertEquals(
                "wamp.error.not_authorized",
                errorOf(owner, callNode, "n1", "sign_challenge").uri());
        assertEquals(
                "wamp.error.invalid_argument",
                errorOf(owner, callNode, "n1", "..n2.x").uri());
        assertEquals(
                "crossbar.error.no_such_object",
                errorOf(owner, callNode, "n9", "x").uri());
        assertEquals("fabric.node-offline", errorOf(owner, callNode, "n2", "x").uri());
    }

    @ParameterizedTest
    @ValueSource(strings = {"developer", "guest", "node", "public"})
    void who_does_not_run_nodes_calls_none(String role) throws Exception {
        ClientSession session = realm.direct("n2", role);
        assertEquals(
                "wamp.error.not_authorized",
                errorOf(session, REMOTE + "node.get_status", "n1").uri());
        assertEquals(
                "wamp.error.not_authorized",
                errorOf(session, "io.bailiwick.mrealm.call_node", "n1", "get_status")
                        .uri());
        session.close();
    }

    @Test
    void who_runs_nodes_does_not_reach_their_machines_by_whichever_way() throws Exception {
        List<String> offered = List.of("fs_docker_get", "get_worker", "start_worker");
        ClientSession operator = realm.direct("operator@example.com", "operator");
        for (String procedure : offered) {
            offer(procedure, RemoteApiTest::echo);
        }
        try {
            String refused = "wamp.error.not_authorized";
            assertEquals(
                    refused,
                    errorOf(operator, REMOTE + "docker.fs_get", "n1", "c1", "/x")
                            .uri());
            assertEquals(
                    refused,
                    errorOf(operator, REMOTE + "node.start_worker", "n1", "w1", "guest")
                            .uri());
            assertEquals(
                    refused,
                    errorOf(operator, "crossbarfabriccenter.start_worker", "n1", "w1", "guest")
                            .uri());
            String callNode = "io.bailiwick.mrealm.call_node";
            assertEquals(
                    refused,
                    errorOf(operator, callNode, "n1", "fs_docker_get", List.of("c1", "/x"))
                            .uri());
            assertEquals(
                    List.of("w1"),
                    get(operator.call(REMOTE + "node.get_worker", "n1", "w1")).list());
            assertEquals(
                    "wamp.error.invalid_argument",
                    errorOf(owner, REMOTE + "docker.fs_get", "n1", "c1", "../x").uri());
            assertEquals(
                    List.of("c1", "/x"),
                    call("docker.fs_get", List.of("n1", "c1", "/x"), Map.of()).list());
        } finally {
            for (String procedure : offered) {
                get(node.unregister(NODE + procedure));
            }
        }
        operator.close();
    }

    // progress, giving up, starting

    @Test
    void parts_of_a_result_come_back_as_the_node_sends_them() throws Exception {
        offer("start_worker", call -> {
            assertTrue(call.caller().wantsProgress());
            call.caller().progress(Arguments.of("one"));
            call.caller().progress(Arguments.of("two"));
            return CompletableFuture.completedFuture(Arguments.of(Map.of("id", "w1")));
        });
        List<Object> parts = new ArrayList<>();
        Arguments result = get(owner.call(
                REMOTE + "node.start_worker",
                Arguments.of("n1", "w1", "router"),
                PATIENCE,
                part -> parts.add(part.list().get(0))));
        assertEquals(List.of("one", "two"), parts);
        assertEquals(List.of(Map.of("id", "w1")), result.list());
        get(node.unregister(NODE + "start_worker"));
    }

    @Test
    void nobody_is_asked_for_parts_that_nobody_wants() throws Exception {
        offer(
                "get_workers",
                call -> CompletableFuture.completedFuture(
                        Arguments.of(call.caller().wantsProgress())));
        assertEquals(
                List.of(false),
                call("node.get_workers", List.of("n1"), Map.of()).list());
        get(node.unregister(NODE + "get_workers"));
    }

    @Test
    void whoever_gives_up_gives_up_at_the_node_too() throws Exception {
        CountDownLatch called = new CountDownLatch(2);
        CountDownLatch gone = new CountDownLatch(2);
        offer("get_system_stats", call -> {
            call.caller().whenGone(gone::countDown);
            called.countDown();
            return new CompletableFuture<>();
        });
        ClientSession other = realm.direct("owner@example.com", "owner");
        CompletableFuture<Arguments> waiting =
                owner.call(REMOTE + "node.get_system_stats", Arguments.of("n1"), Duration.ofMinutes(1), part -> {});
        other.call(REMOTE + "node.get_system_stats", Arguments.of("n1"), Duration.ofMinutes(1))
                .exceptionally(lost -> Arguments.NONE);
        assertTrue(called.await(10, TimeUnit.SECONDS));
        waiting.cancel(true);
        other.close();
        boolean told = gone.await(10, TimeUnit.SECONDS);
        get(node.unregister(NODE + "get_system_stats"));
        assertTrue(told, "one has canceled, one has left");
    }

    @Test
    void a_call_waits_for_a_node_that_has_just_come_and_is_told_when_that_is_not_enough() throws Exception {
        realm.pair("n3");
        ClientSession late = realm.direct("n3", "node");
        until("it is online", () -> "online"
                .equals(((Map<?, ?>) TestRealm.call(owner, TestRealm.MREALM + "get_node", "n3")).get("status")));
        CompletableFuture<Arguments> early = owner.call(REMOTE + "node.get_status", "n3");
        CompletableFuture<Arguments> never = owner.call(REMOTE + "node.get_cpu_count", "n3");
        get(late.register(
                "crossbarfabriccenter.node.n3.get_status",
                Dict.EMPTY,
                call -> CompletableFuture.completedFuture(Arguments.of("here"))));
        assertEquals(List.of("here"), get(early).list());
        ExecutionException e = assertThrows(ExecutionException.class, () -> get(never));
        ApplicationError error = assertInstanceOf(ApplicationError.class, e.getCause());
        assertEquals("fabric.node-starting", error.uri());
        assertEquals("n3", error.arguments().map().get("node_authid"));
        assertEquals(
                "crossbarfabriccenter.node.n3.get_cpu_count",
                error.arguments().map().get("procedure"));
        late.close();
    }

    // life cycle

    @ParameterizedTest
    @CsvSource({
        "node.start_worker, start_worker, node.on_router_starting, node.on_router_started, '', w7, router",
        "router.start_router_realm, worker.w1.start_router_realm, router.on_router_realm_starting,"
                + " router.on_router_realm_started, w1, r7, ''",
        "router.stop_router_realm_role, worker.w1.stop_router_realm_role, router.on_router_realm_role_stopping,"
                + " router.on_router_realm_role_stopped, w1, role7, ''",
        "container.start_component, worker.w1.start_component, container.on_container_component_starting,"
                + " container.on_container_component_started, w1, c7, ''",
        "proxy.start_proxy_transport, worker.w1.start_proxy_transport, proxy.on_proxy_transport_starting,"
                + " proxy.on_proxy_transport_started, w1, t7, ''",
        "docker.start, start_docker_container, '', docker.on_container_start, '', d7, ''",
    })
    void what_is_done_through_the_realm_is_told_though_the_node_tells_nothing(
            String procedure, String there, String begins, String ends, String worker, String id, String type)
            throws Exception {
        BlockingQueue<Event> told = below(procedure.substring(0, procedure.indexOf('.')));
        offer(there, call -> CompletableFuture.completedFuture(Arguments.of(Map.of("id", id, "status", "done"))));
        List<Object> arguments = new ArrayList<>(List.of("n1"));
        List.of(worker, id, type).stream().filter(text -> !text.isEmpty()).forEach(arguments::add);
        call(procedure, arguments, Map.of());
        int what = worker.isEmpty() ? 1 : 2;
        if (!begins.isEmpty()) {
            Event event = next(told);
            assertEquals(REMOTE + begins, event.topic());
            assertEquals("n1", event.arguments().list().get(0));
            Map<?, ?> state = (Map<?, ?>) event.arguments().list().get(what);
            assertEquals(id, state.get("id"));
            assertEquals(owner.id(), state.get("who"));
        }
        Event event = next(told);
        assertEquals(REMOTE + ends, event.topic());
        assertEquals(
                Map.of("id", id, "status", "done"), event.arguments().list().get(what));
        get(node.unregister(NODE + there));
    }

    @Test
    void what_the_node_tells_itself_of_an_action_is_told_once() throws Exception {
        BlockingQueue<Event> told = below("router");
        offer("worker.w2.start_router_realm", call -> {
            node.publish(NODE + "worker.w2.on_router_realm_starting", "by the node");
            return node.publish(NODE + "worker.w2.on_realm_started", "by the node")
                    .thenApply(done -> Arguments.of(Map.of("id", "r1")));
        });
        call("router.start_router_realm", List.of("n1", "w2", "r1", Map.of()), Map.of());
        get(node.publish(NODE + "worker.w2.on_router_transport_started", "the next"));
        assertEquals(REMOTE + "router.on_router_realm_starting", next(told).topic());
        Event started = next(told);
        assertEquals(REMOTE + "router.on_router_realm_started", started.topic());
        assertEquals("by the node", started.arguments().list().get(2));
        assertEquals(REMOTE + "router.on_router_transport_started", next(told).topic());
    }

    @Test
    void an_action_that_fails_is_told_as_failed_with_the_error_of_the_node() throws Exception {
        BlockingQueue<Event> failed = events(owner, "io.bailiwick.mrealm.on_remote_action_failed");
        offer("worker.w3.start_component", call -> {
            throw new ApplicationError("crossbar.error.already_running", "c1 runs");
        });
        assertEquals(
                "crossbar.error.already_running",
                errorOf(owner, REMOTE + "container.start_component", "n1", "w3", "c1")
                        .uri());
        Map<?, ?> what = (Map<?, ?>) next(failed).arguments().list().get(0);
        assertEquals("crossbar.error.already_running", what.get("error"));
        assertEquals("c1", what.get("id"));
        assertEquals("container.start_component", what.get("procedure"));
    }

    /** What begins and fails, also where the original has no events of its stages. */
    @ParameterizedTest
    @CsvSource({
        "node.start_worker, start_worker, '', m7, hostmonitor, m7",
        "node.stop_worker, stop_worker, '', w7, '', w7",
        "worker.shutdown, worker.w8.shutdown, w8, '', '', ''",
        "router.start_router_realm_link, worker.w8.start_router_realm_link, w8, r1, l7, l7",
        "router.stop_router_realm_interface, worker.w8.stop_router_realm_interface, w8, r1, i7, i7",
        "container.restart_component, worker.w8.restart_component, w8, c7, '', c7",
        "proxy.start_proxy_connection, worker.w8.start_proxy_connection, w8, k7, '', k7",
        "proxy.stop_proxy_realm_route, worker.w8.stop_proxy_realm_route, w8, r1, route7, route7",
        "proxy.start_web_transport_service, worker.w8.start_web_transport_service, w8, t1, /x, /x",
        "docker.remove_image, remove_docker_image, '', i7, '', i7",
    })
    void what_begins_and_fails_is_told_whether_or_not_its_beginning_was(
            String procedure, String there, String worker, String first, String second, String id) throws Exception {
        BlockingQueue<Event> failed = events(owner, "io.bailiwick.mrealm.on_remote_action_failed");
        BlockingQueue<Event> others = below(procedure.substring(0, procedure.indexOf('.')));
        offer(there, call -> {
            throw new ApplicationError("crossbar.error.cannot_do", "no");
        });
        List<Object> arguments = new ArrayList<>(List.of("n1"));
        List.of(worker, first, second).stream().filter(text -> !text.isEmpty()).forEach(arguments::add);
        assertEquals(
                "crossbar.error.cannot_do",
                errorOf(owner, REMOTE + procedure, arguments.toArray()).uri());
        Map<?, ?> what = (Map<?, ?>) next(failed).arguments().list().get(0);
        assertEquals("crossbar.error.cannot_do", what.get("error"));
        assertEquals(procedure, what.get("procedure"));
        assertEquals(worker.isEmpty() ? null : worker, what.get("worker_id"));
        assertEquals(id.isEmpty() ? null : id, what.get("id"));
        assertTrue(others.isEmpty(), "there is no event of its beginning");
        get(node.unregister(NODE + there));
    }

    @Test
    void who_only_looks_and_is_refused_is_the_one_who_hears_of_it() throws Exception {
        BlockingQueue<Event> failed = events(owner, "io.bailiwick.mrealm.on_remote_action_failed");
        offer("get_worker", call -> {
            throw new ApplicationError("crossbar.error.no_such_worker", "no");
        });
        offer("stop_worker", call -> {
            throw new ApplicationError("crossbar.error.no_such_worker", "no");
        });
        errorOf(owner, REMOTE + "node.get_worker", "n1", "w9");
        errorOf(owner, REMOTE + "node.stop_worker", "n1", "w9", true);
        assertEquals(
                "node.stop_worker", ((Map<?, ?>) next(failed).arguments().list().get(0)).get("procedure"));
        get(node.unregister(NODE + "get_worker"));
        get(node.unregister(NODE + "stop_worker"));
    }

    @Test
    void a_node_that_leaves_before_it_answers_has_done_as_it_was_told() throws Exception {
        realm.pair("n4");
        ClientSession leaving = realm.direct("n4", "node");
        until("it is online", () -> "online"
                .equals(((Map<?, ?>) TestRealm.call(owner, TestRealm.MREALM + "get_node", "n4")).get("status")));
        BlockingQueue<Event> stopped = events(owner, REMOTE + "node.on_node_stopped");
        get(leaving.register("crossbarfabriccenter.node.n4.shutdown", Dict.EMPTY, call -> {
            new Thread(leaving::close).start();
            return new CompletableFuture<>();
        }));
        Map<?, ?> result = (Map<?, ?>)
                get(owner.call(REMOTE + "node.shutdown", "n4", true)).list().get(0);
        assertEquals("n4", result.get("node_id"));
        assertEquals(true, result.get("restart"));
        assertEquals("owner@example.com", result.get("who"));
        assertEquals("n4", next(stopped).arguments().list().get(0));
    }
}
