package io.bailiwick.mrealm.remote;

import static io.bailiwick.mrealm.TestRealm.get;
import static io.bailiwick.mrealm.TestRealm.next;
import static io.bailiwick.mrealm.TestRealm.until;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.mrealm.RealmController;
import io.bailiwick.mrealm.RealmSettings;
import io.bailiwick.mrealm.TestRealm;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Event;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nodes tell of the components of their workers, whose types the controller has to find out. */
class RemoteEventsTest {
    private static final String REMOTE = "crossbarfabriccenter.remote.";
    private static final String NODE = "crossbarfabriccenter.node.n1.";
    private static final String OF_CONTAINER = REMOTE + "container.on_container_component_started";
    private static final String OF_ROUTER = REMOTE + "router.on_router_component_started";
    private static final String OF_WORKER = REMOTE + "worker.on_component_ready";

    @TempDir
    Path directory;

    private TestRealm realm;
    private RealmController controller;
    private ClientSession owner;
    private ClientSession node;
    private final BlockingQueue<Event> told = new LinkedBlockingQueue<>();

    @BeforeEach
    void open() throws Exception {
        realm = new TestRealm(directory);
        realm.pair("n1");
        realm.pair("n2");
        controller = RealmController.start(RealmSettings.of(realm.settings(directory.resolve("store"), "")));
        owner = realm.direct("owner@example.com", "owner");
        node = join("n1");
        get(owner.subscribe(REMOTE, MatchPolicy.PREFIX, told::add));
    }

    @AfterEach
    void close() {
        controller.close();
        realm.close();
    }

    private ClientSession join(String authid) throws Exception {
        ClientSession joined = realm.direct(authid, "node");
        until(authid + " is online", () -> "online"
                .equals(((Map<?, ?>) TestRealm.call(owner, TestRealm.MREALM + "get_node", authid)).get("status")));
        return joined;
    }

    private void answer(Function<Invocation, CompletableFuture<Arguments>> question) throws Exception {
        get(node.register(NODE + "get_worker", Dict.EMPTY, question));
    }

    private static CompletableFuture<Arguments> worker(Object id, String type) {
        return CompletableFuture.completedFuture(Arguments.of(Map.of("id", id, "type", type, "status", "started")));
    }

    private void ready(String worker) throws Exception {
        get(node.publish(NODE + "worker." + worker + ".on_component_ready", "c1"));
    }

    private void expect(String topic, Object... arguments) throws Exception {
        Event event = next(told);
        assertEquals(topic, event.topic());
        assertEquals(List.of(arguments), event.arguments().list());
    }

    @Test
    void a_controller_that_was_not_there_when_a_worker_came_up_asks_what_it_is() throws Exception {
        get(node.publish(NODE + "worker.w1.on_worker_ready", Map.of("type", "router", "id", "w1")));
        expect(REMOTE + "worker.on_worker_ready", "n1", "w1", Map.of("type", "router", "id", "w1"));
        controller.close();
        controller = RealmController.start(RealmSettings.of(realm.settings(directory.resolve("store"), "")));
        BlockingQueue<Object> asked = new LinkedBlockingQueue<>();
        answer(call -> {
            Object id = call.arguments().list().get(0);
            asked.add(id);
            return worker(id, id.equals("w1") ? "router" : "container");
        });
        ready("w1");
        expect(OF_ROUTER, "n1", "w1", "c1");
        ready("w2");
        expect(OF_CONTAINER, "n1", "w2", "c1");
        ready("w1");
        expect(OF_ROUTER, "n1", "w1", "c1");
        assertEquals(List.of("w1", "w2"), List.copyOf(asked), "once each");
    }

    @Test
    void events_of_a_node_that_is_asked_keep_their_order_and_those_of_others_do_not_wait() throws Exception {
        CompletableFuture<Arguments> answer = new CompletableFuture<>();
        BlockingQueue<Object> asked = new LinkedBlockingQueue<>();
        answer(call -> {
            asked.add(call.arguments().list().get(0));
            return answer;
        });
        ClientSession other = join("n2");
        ready("w1");
        get(node.publish(NODE + "on_first", 1));
        ready("w2");
        get(node.publish(NODE + "on_last", 2));
        get(other.publish("crossbarfabriccenter.node.n2.on_between"));
        expect(REMOTE + "node.on_between", "n2");
        answer.complete(Arguments.of(Map.of("type", "container")));
        expect(OF_CONTAINER, "n1", "w1", "c1");
        expect(REMOTE + "node.on_first", "n1", 1L);
        expect(OF_CONTAINER, "n1", "w2", "c1");
        expect(REMOTE + "node.on_last", "n1", 2L);
        assertEquals(List.of("w1", "w2"), List.copyOf(asked));
    }

    @Test
    void who_does_not_say_what_a_worker_is_has_its_events_passed_on_as_they_are() throws Exception {
        ready("w1");
        expect(OF_WORKER, "n1", "w1", "c1");
        answer(call -> worker("w1", "container"));
        ready("w1");
        expect(OF_CONTAINER, "n1", "w1", "c1");
    }

    @Test
    void a_node_that_tells_much_and_answers_nothing_has_no_more_than_a_bounded_number_of_events_waiting()
            throws Exception {
        CompletableFuture<Arguments> never = new CompletableFuture<>();
        answer(call -> never);
        ready("w1");
        for (int i = 0; i < 1_000; i++) {
            node.publish(NODE + "on_event", i);
        }
        expect(OF_WORKER, "n1", "w1", "c1");
        for (long i = 0; i < 1_000; i++) {
            expect(REMOTE + "node.on_event", "n1", i);
        }
    }

    @Test
    void of_many_workers_the_latest_are_known() throws Exception {
        for (int i = 0; i < 300; i++) {
            node.publish(NODE + "worker.w" + i + ".on_worker_ready", Map.of("type", "router", "id", "w" + i));
        }
        ready("w299");
        Event event = next(told);
        while (!event.topic().contains("component")) {
            event = next(told);
        }
        assertEquals(OF_ROUTER, event.topic());
    }

    @Test
    void a_worker_that_was_stopped_and_a_node_that_has_left_are_forgotten() throws Exception {
        answer(call -> worker("w1", "container"));
        get(node.register(
                NODE + "stop_worker", Dict.EMPTY, call -> CompletableFuture.completedFuture(Arguments.of(Map.of()))));
        String tells = NODE + "worker.w1.on_worker_ready";
        Map<String, String> router = Map.of("type", "router", "id", "w1");
        get(node.publish(tells, router));
        ready("w1");
        next(told);
        expect(OF_ROUTER, "n1", "w1", "c1");
        get(owner.call(REMOTE + "node.stop_worker", "n1", "w1"));
        ready("w1");
        expect(OF_CONTAINER, "n1", "w1", "c1");

        get(node.publish(tells, router));
        get(node.publish(NODE + "on_router_stopped", Map.of("id", "w1")));
        ready("w1");
        next(told);
        next(told);
        expect(OF_CONTAINER, "n1", "w1", "c1");

        get(node.publish(tells, router));
        next(told);
        node.close();
        node = join("n1");
        answer(call -> worker("w1", "container"));
        ready("w1");
        expect(OF_CONTAINER, "n1", "w1", "c1");
    }
}
