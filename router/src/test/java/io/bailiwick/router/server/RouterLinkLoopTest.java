package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.MatchPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Links by which an event or a call could come back to where it has been. */
class RouterLinkLoopTest extends LinkedRouters {
    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void two_links_between_the_same_routers_neither_echo_nor_double() throws Exception {
        link(a, b, UnaryOperator.identity());
        link(b, a, UnaryOperator.identity());
        ClientSession here = join(a);
        ClientSession there = join(b);
        BlockingQueue<Object> atA = events(here, TOPIC, MatchPolicy.EXACT);
        BlockingQueue<Object> atB = events(there, TOPIC, MatchPolicy.EXACT);
        adds(there, ADD);
        registered(a, ADD);
        until(() -> subscribers(a, TOPIC) == 3 && subscribers(b, TOPIC) == 3);
        for (long i = 0; i < 20; i++) {
            here.publish(TOPIC, i).join();
        }
        for (long i = 0; i < 20; i++) {
            assertEquals(i, next(atB));
        }
        isQuiet(atB, there);
        isQuiet(atA, here);
        assertEquals(List.of(5L), here.call(ADD, 2L, 3L).join().list());
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void a_ring_of_three_neither_echoes_nor_doubles() throws Exception {
        RunningRouter c = router();
        link(a, b, UnaryOperator.identity());
        link(b, c, UnaryOperator.identity());
        link(c, a, UnaryOperator.identity());
        ring(c);
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void a_ring_of_three_with_transit_neither_echoes_nor_doubles() throws Exception {
        RunningRouter c = router();
        link(a, b, options -> options.withTransit(8));
        link(b, c, options -> options.withTransit(8));
        link(c, a, options -> options.withTransit(8));
        ring(c);
    }

    private void ring(RunningRouter c) throws Exception {
        List<RunningRouter> all = List.of(a, b, c);
        List<ClientSession> sessions = all.stream().map(this::join).toList();
        List<BlockingQueue<Object>> queues = new ArrayList<>();
        for (ClientSession session : sessions) {
            queues.add(events(session, TOPIC, MatchPolicy.EXACT));
        }
        for (RunningRouter router : all) {
            until(() -> subscribers(router, TOPIC) == 3);
        }
        adds(sessions.get(1), ADD);
        registered(a, ADD);
        registered(c, ADD);
        sessions.get(0).publish(TOPIC, "x").join();
        for (int i = 1; i < 3; i++) {
            assertEquals("x", next(queues.get(i)));
        }
        for (int i = 0; i < 3; i++) {
            isQuiet(queues.get(i), sessions.get(i));
        }
        assertEquals(List.of(5L), sessions.get(0).call(ADD, 2L, 3L).join().list());
        assertEquals(List.of(5L), sessions.get(2).call(ADD, 2L, 3L).join().list());
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void with_transit_a_row_of_three_is_crossed_and_no_more_hops_than_allowed() throws Exception {
        RunningRouter c = router();
        link(a, b, options -> options.withTransit(8));
        link(b, c, options -> options.withTransit(2));
        RunningRouter d = router();
        link(c, d, options -> options.withTransit(2));
        BlockingQueue<Object> atC = events(join(c), TOPIC, MatchPolicy.EXACT);
        BlockingQueue<Object> atD = events(join(d), TOPIC, MatchPolicy.EXACT);
        adds(join(c), ADD);
        mirrored(a, TOPIC);
        registered(a, ADD);
        until(() -> subscribers(c, TOPIC) == 2);
        join(a).publish(TOPIC, "far").join();
        join(b).publish(TOPIC, "near").join();
        assertEquals("far", next(atC));
        assertEquals("near", next(atC));
        assertEquals("near", next(atD));
        assertEquals(List.of(5L), join(a).call(ADD, 2L, 3L).join().list());
    }
}
