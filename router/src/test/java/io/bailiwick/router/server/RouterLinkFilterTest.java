package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.rlink.RouterLinkOptions.Passage;
import io.bailiwick.router.rlink.UriFilter;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What may cross a link, and which way. */
class RouterLinkFilterTest extends LinkedRouters {
    private static final Passage EVENTS = new Passage(true, false, List.of(), List.of());
    private static final Passage CALLS = new Passage(false, true, List.of(), List.of());

    private static Passage only(UriFilter... filters) {
        return new Passage(true, true, List.of(filters), List.of(filters));
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void only_what_the_filters_name_crosses() throws Exception {
        Passage open = only(new UriFilter("com.example.open.", MatchPolicy.PREFIX));
        link(a, b, options -> options.with(open, open));
        ClientSession there = join(b);
        BlockingQueue<Object> closed = events(there, "com.example.closed.news", MatchPolicy.EXACT);
        BlockingQueue<Object> all = events(there, "com.example.open.news", MatchPolicy.EXACT);
        adds(there, "com.example.closed.add");
        adds(there, "com.example.open.add");
        mirrored(a, "com.example.open.news");
        registered(a, "com.example.open.add");
        ClientSession here = join(a);
        here.publish("com.example.closed.news", 1L).join();
        here.publish("com.example.open.news", 2L).join();
        assertEquals(2L, next(all));
        assertNull(closed.poll());
        assertNull(subscription(a, "com.example.closed.news", MatchPolicy.EXACT));
        assertEquals(
                Uris.NO_SUCH_PROCEDURE,
                failure(here.call("com.example.closed.add")).uri());
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void what_belongs_to_a_router_itself_never_crosses() throws Exception {
        link(a, b, UnaryOperator.identity());
        ClientSession there = join(b);
        BlockingQueue<Object> all = events(there, "", MatchPolicy.PREFIX);
        BlockingQueue<Object> joins = events(there, "wamp.session.on_join", MatchPolicy.EXACT);
        mirrored(a, "", MatchPolicy.PREFIX);
        ClientSession here = join(a);
        here.publish("crossbar.secret", "no").join();
        here.publish(TOPIC, "yes").join();
        assertEquals("yes", next(all, "yes"));
        long joined = here.id();
        assertFalse(joins.stream().anyMatch(one -> one.toString().contains("=" + joined)), joins.toString());
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void events_and_calls_go_only_the_ways_that_are_on() throws Exception {
        link(a, b, options -> options.with(EVENTS, CALLS));
        ClientSession here = join(a);
        ClientSession there = join(b);
        BlockingQueue<Object> atA = events(here, TOPIC, MatchPolicy.EXACT);
        BlockingQueue<Object> atB = events(there, TOPIC, MatchPolicy.EXACT);
        adds(here, ADD);
        adds(there, "com.example.plus");
        mirrored(a, TOPIC);
        registered(b, ADD);
        there.publish(TOPIC, "back").join();
        here.publish(TOPIC, "out").join();
        assertEquals("out", next(atB));
        assertEquals(0, atA.size());
        assertEquals(List.of(3L), there.call(ADD, 1L, 2L).join().list());
        assertEquals(
                Uris.NO_SUCH_PROCEDURE, failure(here.call("com.example.plus")).uri());
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void each_direction_has_filters_of_its_own() throws Exception {
        link(
                a,
                b,
                options -> options.with(
                        only(new UriFilter("com.example.out.", MatchPolicy.PREFIX)),
                        only(new UriFilter("com.example.in.", MatchPolicy.PREFIX))));
        ClientSession here = join(a);
        ClientSession there = join(b);
        BlockingQueue<Object> atA = events(here, "com.example.", MatchPolicy.PREFIX);
        BlockingQueue<Object> atB = events(there, "com.example.", MatchPolicy.PREFIX);
        mirrored(a, "com.example.out.", MatchPolicy.PREFIX);
        mirrored(b, "com.example.in.", MatchPolicy.PREFIX);
        for (String topic : List.of("com.example.in.x", "com.example.out.x")) {
            here.publish(topic, "a " + topic).join();
            there.publish(topic, "b " + topic).join();
        }
        assertEquals("b com.example.in.x", next(atA));
        assertEquals("a com.example.out.x", next(atB));
        isQuiet(atA, here, "com.other.");
        isQuiet(atB, there, "com.other.");
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void a_pattern_that_is_wider_than_the_filters_is_mirrored_as_far_as_they_reach() throws Exception {
        Passage narrow = only(
                new UriFilter("com.example.", MatchPolicy.PREFIX), new UriFilter("org.example.one", MatchPolicy.EXACT));
        link(a, b, options -> options.with(narrow, narrow));
        ClientSession there = join(b);
        BlockingQueue<Object> wide = events(there, "com.", MatchPolicy.PREFIX);
        BlockingQueue<Object> exact = events(there, "org..one", MatchPolicy.WILDCARD);
        BlockingQueue<Object> part = events(there, "..news", MatchPolicy.WILDCARD);
        mirrored(a, "com.example.", MatchPolicy.PREFIX);
        mirrored(a, "org.example.one", MatchPolicy.EXACT);
        mirrored(a, "com.example.news", MatchPolicy.EXACT);
        assertNull(subscription(a, "com.", MatchPolicy.PREFIX));
        ClientSession here = join(a);
        here.publish("com.other.news", "outside").join();
        here.publish("org.other.one", "outside").join();
        here.publish("com.example.news", "inside").join();
        here.publish("org.example.one", "one").join();
        assertEquals("inside", next(wide));
        assertEquals("one", next(exact));
        assertEquals("inside", next(part));
        there.close();
        until(() -> subscription(a, "com.example.", MatchPolicy.PREFIX) == null);
    }
}
