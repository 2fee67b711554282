package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.handshake.Login;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.rlink.RouterLink;
import io.bailiwick.router.rlink.RouterLinkOptions;
import io.bailiwick.router.rlink.RouterLinkOptions.Backoff;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Links that break, and that come up again. */
class RouterLinkBreakTest extends LinkedRouters {
    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void when_the_link_breaks_its_calls_end_and_its_mirrors_vanish_until_it_is_back() throws Exception {
        Line line = new Line(a.network.connector(address(b), Format.CBOR, Optional.empty()));
        link(a, b, line, options -> options.with(new Backoff(20, 50)));
        ClientSession there = join(b);
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        there.register("com.example.never", Dict.EMPTY, call -> {
                    arrived.complete(null);
                    return new CompletableFuture<>();
                })
                .join();
        adds(there, ADD);
        BlockingQueue<Object> atB = events(there, TOPIC, MatchPolicy.EXACT);
        registered(a, "com.example.never");
        registered(a, ADD);
        mirrored(a, TOPIC);
        ClientSession here = join(a);
        CompletableFuture<Arguments> pending = here.call("com.example.never");
        arrived.orTimeout(10, TimeUnit.SECONDS).join();
        line.cut();
        assertEquals(Uris.CANCELED, failure(pending).uri());
        until(() -> callees(a, ADD) == 0 && subscription(a, TOPIC, MatchPolicy.EXACT) == null);
        assertEquals(Uris.NO_SUCH_PROCEDURE, failure(here.call(ADD, 1L, 2L)).uri());
        line.mend();
        registered(a, ADD);
        mirrored(a, TOPIC);
        assertEquals(List.of(3L), here.call(ADD, 1L, 2L).join().list());
        here.publish(TOPIC, "again").join();
        assertEquals("again", next(atB));
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void a_link_that_is_not_given_the_role_of_links_does_not_come_up() throws Exception {
        RouterLinkOptions options = RouterLinkOptions.of("stray", RunningRouter.REALM, new Login.Anonymous());
        int[] attempts = new int[1];
        Connector real = a.network.connector(address(b), Format.CBOR, Optional.empty());
        RouterLink link = a.router.link(options.with(new Backoff(5, 10)), listener -> {
            attempts[0]++;
            return real.connect(listener);
        });
        open.add(link);
        until(() -> attempts[0] > 2);
        assertFalse(link.isUp());
    }

    @Test
    @Conforms(Feature.ROUTER_LINKS)
    void a_procedure_that_was_taken_is_mirrored_once_it_is_free() throws Exception {
        ClientSession taker = join(a);
        taker.register(ADD, Dict.EMPTY, call -> answer("local")).join();
        join(b).register(ADD, Dict.EMPTY, call -> answer("remote")).join();
        link(a, b, UnaryOperator.identity());
        ClientSession here = join(a);
        assertEquals(List.of("local"), here.call(ADD).join().list());
        taker.close();
        registered(a, ADD);
        assertEquals(List.of("remote"), here.call(ADD).join().list());
    }
}
