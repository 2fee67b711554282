package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Events over a link between two routers. */
class RouterLinkEventTest extends LinkedRouters {
    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void an_event_reaches_the_subscribers_of_the_other_router_once_and_in_either_direction() throws Exception {
        link(a, b, UnaryOperator.identity());
        ClientSession here = join(a);
        ClientSession there = join(b);
        BlockingQueue<Object> atA = events(here, TOPIC, MatchPolicy.EXACT);
        BlockingQueue<Object> atB = events(there, TOPIC, MatchPolicy.EXACT);
        mirrored(a, TOPIC);
        mirrored(b, TOPIC);
        here.publish(TOPIC, "from a").join();
        there.publish(TOPIC, "from b").join();
        assertEquals("from a", next(atB));
        assertEquals("from b", next(atA));
        isQuiet(atA, here);
        isQuiet(atB, there);
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void an_event_that_meets_several_mirrored_subscriptions_crosses_once() throws Exception {
        link(a, b, UnaryOperator.identity());
        ClientSession there = join(b);
        BlockingQueue<Object> exact = events(there, TOPIC, MatchPolicy.EXACT);
        BlockingQueue<Object> prefix = events(there, "com.example.", MatchPolicy.PREFIX);
        BlockingQueue<Object> wildcard = events(there, "com..news", MatchPolicy.WILDCARD);
        mirrored(a, TOPIC);
        mirrored(a, "com.example.", MatchPolicy.PREFIX);
        mirrored(a, "com..news", MatchPolicy.WILDCARD);
        ClientSession here = join(a);
        here.publish(TOPIC, 1L).join();
        here.publish(TOPIC, 2L).join();
        for (BlockingQueue<Object> queue : List.of(exact, prefix, wildcard)) {
            assertEquals(1L, next(queue));
            assertEquals(2L, next(queue));
        }
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void the_order_of_the_events_of_a_publisher_is_kept() throws Exception {
        link(a, b, UnaryOperator.identity());
        BlockingQueue<Object> atB = events(join(b), "com.example.", MatchPolicy.PREFIX);
        mirrored(a, "com.example.", MatchPolicy.PREFIX);
        ClientSession here = join(a);
        List<CompletableFuture<Void>> sent = IntStream.range(0, 500)
                .mapToObj(i -> here.publish("com.example.t" + i % 3, (long) i))
                .toList();
        sent.forEach(CompletableFuture::join);
        for (long i = 0; i < 500; i++) {
            assertEquals(i, next(atB));
        }
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void what_was_subscribed_before_the_link_is_mirrored_and_what_is_given_up_is_not() throws Exception {
        ClientSession there = join(b);
        BlockingQueue<Object> atB = events(there, TOPIC, MatchPolicy.EXACT);
        link(a, b, UnaryOperator.identity());
        mirrored(a, TOPIC);
        join(a).publish(TOPIC, "x").join();
        assertEquals("x", next(atB));
        there.close();
        until(() -> subscription(a, TOPIC, MatchPolicy.EXACT) == null);
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void a_publisher_that_discloses_itself_is_known_at_the_other_router_and_no_other_one_is() throws Exception {
        link(a, b, UnaryOperator.identity());
        BlockingQueue<Object> publishers = new LinkedBlockingQueue<>();
        join(b).subscribe(
                        TOPIC,
                        MatchPolicy.EXACT,
                        event -> publishers.add(event.details().entries().getOrDefault("publisher", "nobody")))
                .join();
        mirrored(a, TOPIC);
        ClientSession here = join(a);
        here.publish(TOPIC, Arguments.of("x"), Dict.of("disclose_me", true)).join();
        here.publish(TOPIC, "y").join();
        assertEquals(here.id(), next(publishers));
        assertEquals("nobody", next(publishers));
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void who_is_excluded_by_name_is_so_at_the_other_router_and_who_is_not_eligible_too() throws Exception {
        link(a, b, UnaryOperator.identity());
        BlockingQueue<Object> anonymous = events(join(b), TOPIC, MatchPolicy.EXACT);
        ClientSession known = b.join(
                b.network.connector(address(b), Format.CBOR, Optional.empty()),
                Identity.of(RunningRouter.REALM, null, null, b.newKnownKey("known")));
        open.add(known);
        BlockingQueue<Object> atKnown = events(known, TOPIC, MatchPolicy.EXACT);
        mirrored(a, TOPIC);
        ClientSession here = join(a);
        here.publish(TOPIC, Arguments.of(1L), Dict.of("exclude_authid", List.of("known")))
                .join();
        here.publish(TOPIC, Arguments.of(2L), Dict.of("eligible_authid", List.of("known")))
                .join();
        here.publish(
                        TOPIC,
                        Arguments.of(3L),
                        Dict.of(
                                "eligible_authrole",
                                List.of("anything", "rlink"),
                                "exclude_authid",
                                List.of("anonymous")))
                .join();
        here.publish(TOPIC, 4L).join();
        assertEquals(3L, next(atKnown));
        assertEquals(4L, next(atKnown));
        assertEquals(1L, next(anonymous));
        assertEquals(4L, next(anonymous));
    }
}
