package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.rlink.RouterLinkOptions.Backoff;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Retained events over a link between two routers. */
@Conforms(Feature.ROUTER_LINK_RETENTION)
class RouterLinkRetentionTest extends LinkedRouters {
    private static final Dict GET_RETAINED = Dict.of("get_retained", true);

    private void retains(RunningRouter at, String text, Dict options) {
        join(at).publish(TOPIC, Arguments.of(text), options.with("retain", true).with("acknowledge", true))
                .join();
    }

    /** A client that has subscribed and asked for what is retained. */
    private RawClient asks(RunningRouter at) throws InterruptedException {
        RawClient client = raw(at);
        asks(client, GET_RETAINED);
        return client;
    }

    private static void asks(RawClient client, Dict options) throws InterruptedException {
        client.says(new Message.Subscribe(1, options, TOPIC));
        client.hears(Message.Subscribed.class);
    }

    private static void hearsRetained(RawClient client, String text) throws InterruptedException {
        hears(client, text, true);
    }

    private static void hears(RawClient client, String text, boolean retained) throws InterruptedException {
        Message.Event event = client.hears(Message.Event.class);
        assertEquals(List.of(text), new RealmPayloads().decode(event.payload()).list());
        assertEquals(retained, event.details().flag("retained", false));
        assertFalse(event.details().has("x_retained_age"), "only links are told");
    }

    @Test
    void what_is_retained_at_the_other_router_is_delivered_to_those_who_ask_and_to_nobody_else() throws Exception {
        link(a, b, UnaryOperator.identity());
        retains(a, "kept", Dict.EMPTY);
        RawClient silent = raw(b);
        asks(silent, Dict.EMPTY);
        RawClient asked = asks(b);
        hearsRetained(asked, "kept");
        join(a).publish(TOPIC, "end").join();
        hears(silent, "end", false);
        hears(asked, "end", false);
    }

    @Test
    void what_was_retained_before_anybody_subscribed_comes_over_with_the_subscription() throws Exception {
        link(a, b, UnaryOperator.identity());
        retains(a, "kept", Dict.EMPTY);
        RawClient first = asks(b);
        hearsRetained(first, "kept");
        hearsRetained(asks(b), "kept");
        RawClient there = asks(a);
        hearsRetained(there, "kept");
    }

    @Test
    void an_event_that_crosses_is_retained_on_the_other_side_and_stays_when_its_router_is_gone() throws Exception {
        Line line = new Line(a.network.connector(address(b), Format.CBOR, Optional.empty()));
        link(a, b, line, UnaryOperator.identity());
        RawClient first = raw(b);
        asks(first, Dict.EMPTY);
        mirrored(a, TOPIC);
        retains(a, "kept", Dict.EMPTY);
        hears(first, "kept", false);
        line.cut();
        hearsRetained(asks(b), "kept");
    }

    @Test
    void the_lists_of_a_retained_event_hold_on_the_other_side() throws Exception {
        link(a, b, UnaryOperator.identity());
        retains(a, "for all", Dict.EMPTY);
        retains(a, "not for the anonymous", Dict.of("exclude_authid", List.of("anonymous")));
        retains(a, "for the known", Dict.of("eligible_authid", List.of("known", "link2")));
        retains(a, "not for links", Dict.of("exclude_authrole", List.of("rlink")));
        hearsRetained(asks(b), "for all");
        hearsRetained(asks(b), "for all");
    }

    @Test
    void what_was_retained_while_the_link_was_down_comes_when_it_is_back_and_nothing_comes_twice() throws Exception {
        Line line = new Line(a.network.connector(address(b), Format.CBOR, Optional.empty()));
        link(a, b, line, options -> options.with(new Backoff(20, 50)));
        retains(a, "before", Dict.EMPTY);
        RawClient asked = asks(b);
        hearsRetained(asked, "before");
        line.cut();
        until(() -> subscribers(a, TOPIC) == 0);
        line.mend();
        mirrored(a, TOPIC);
        line.cut();
        until(() -> subscribers(a, TOPIC) == 0);
        retains(a, "while it was down", Dict.EMPTY);
        line.mend();
        hearsRetained(asked, "while it was down");
        hearsRetained(asks(b), "while it was down");
    }

    @Test
    void with_transit_what_is_retained_comes_from_the_router_behind_the_next_one() throws Exception {
        RunningRouter c = router();
        link(a, b, options -> options.withTransit(8));
        link(b, c, options -> options.withTransit(8));
        retains(a, "far", Dict.EMPTY);
        hearsRetained(asks(c), "far");
    }
}
