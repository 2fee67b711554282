package io.bailiwick.router.realm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.SessionDetails;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What links say of the way that a message has come, in each message that may say it. */
@Conforms(Feature.ROUTER_LINKS)
class ForwardForTest {
    private static final String URI = "com.example.one";
    private static final Object STEP = Map.of("session", 17L, "authid", "ada", "authrole", "user");

    private final Scenario scenario = new Scenario();

    /** A message of this type, as the first request of a session, with this way. */
    private static Message.FromClient message(String name, Object way) {
        Dict options = Dict.of("forward_for", way);
        return switch (name) {
            case "PUBLISH" -> new Message.Publish(1, options, URI, Payload.EMPTY);
            case "SUBSCRIBE" -> new Message.Subscribe(1, options, URI);
            case "UNSUBSCRIBE" -> new Message.Unsubscribe(1, 77, options);
            case "REGISTER" -> new Message.Register(1, options, URI);
            case "UNREGISTER" -> new Message.Unregister(1, 77, options);
            case "CALL" -> new Message.Call(1, options, URI, Payload.EMPTY);
            case "CANCEL" -> new Message.Cancel(1, options);
            case "YIELD" -> new Message.Yield(1, options, Payload.EMPTY);
            default -> new Message.ErrorReply(Message.Invocation.CODE, 1, options, "com.example.no", Payload.EMPTY);
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUBLISH",
                "SUBSCRIBE",
                "UNSUBSCRIBE",
                "REGISTER",
                "UNREGISTER",
                "CALL",
                "CANCEL",
                "YIELD",
                "ERROR"
            })
    void a_link_that_says_it_in_another_form_breaks_the_protocol_and_of_others_it_is_not_looked_at(String name) {
        Map<String, Object> unnamed = new HashMap<>();
        unnamed.put("session", "17");
        for (Object wrong : List.of("ada", List.of("ada"), List.of(unnamed), List.of(STEP, Map.of("authid", "ada")))) {
            TestPeer link = joins(name, SessionDetails.ROUTER_LINK);
            link.sends(message(name, wrong));
            link.isAborted(Uris.PROTOCOL_VIOLATION);
            TestPeer client = joins(name, "user");
            client.sends(message(name, wrong));
            staysOpen(client);
        }
        TestPeer link = joins(name, SessionDetails.ROUTER_LINK);
        link.sends(message(name, List.of(STEP)));
        staysOpen(link);
    }

    /** A session that may send a message of this type: one that answers has been asked. */
    private TestPeer joins(String name, String role) {
        TestPeer peer = scenario.joins("peer", role);
        if (name.equals("YIELD") || name.equals("ERROR")) {
            peer.registers("com.example.asked");
            scenario.joins("caller").calls(1, "com.example.asked");
            peer.isInvoked();
        }
        return peer;
    }

    private static void staysOpen(TestPeer peer) {
        assertTrue(peer.isOpen());
        peer.inbox().clear();
        peer.leaves();
    }

    @Test
    void what_a_link_gives_up_it_gives_up_whatever_way_the_wish_has_come() {
        Dict way = Dict.of("forward_for", List.of(STEP));
        TestPeer link = scenario.joins("link", SessionDetails.ROUTER_LINK);
        long subscription = link.subscribes(URI, way);
        link.sends(new Message.Unsubscribe(2, subscription, way));
        link.receives(new Message.Unsubscribed(2, Dict.EMPTY));
        link.sends(new Message.Register(3, way, URI));
        long registration = link.receives(Message.Registered.class).registration();
        link.sends(new Message.Unregister(4, registration, way));
        link.receives(new Message.Unregistered(4, Dict.EMPTY));
    }

    @Test
    @Conforms({Feature.ROUTER_LINKS, Feature.CALLER_IDENTIFICATION})
    void who_is_let_in_to_speak_for_others_is_believed_as_a_link_is_and_is_told_nothing_for_it() {
        SessionDetails known = scenario.newPeer("known", "user", Dict.EMPTY).details();
        TestPeer speaker = scenario.joins(new SessionDetails(
                known.session(),
                known.authid(),
                known.authrole(),
                known.authmethod(),
                known.authprovider(),
                Dict.EMPTY,
                Dict.EMPTY,
                Dict.EMPTY,
                Set.of(),
                true));
        TestPeer callee = scenario.joins("callee");
        callee.sends(new Message.Register(1, Dict.of("disclose_caller", true), URI));
        callee.receives(Message.Registered.class);
        speaker.sends(new Message.Call(1, Dict.of("forward_for", List.of(STEP)), URI, Payload.EMPTY));
        Dict told = callee.receives(Message.Invocation.class).details();
        assertEquals(Dict.of(Map.of("caller", 17L, "caller_authid", "ada", "caller_authrole", "user")), told);
        speaker.registers("com.example.two");
        TestPeer link = scenario.joins("link", SessionDetails.ROUTER_LINK);
        link.sends(new Message.Call(1, Dict.of("forward_for", List.of(STEP)), "com.example.two", Payload.EMPTY));
        assertFalse(speaker.receives(Message.Invocation.class).details().has("forward_for"));
    }

    @Test
    @Conforms({Feature.ROUTER_LINKS, Feature.SESSION_META_API})
    void a_link_calls_the_meta_api_as_itself_whoever_it_tells_of() {
        TestPeer ada = scenario.joins("ada");
        TestPeer link = scenario.joins("link", SessionDetails.ROUTER_LINK);
        Object way = List.of(Map.of("session", ada.id(), "authid", "ada", "authrole", "user"));
        Payload whom = TextPayloads.payload(ada.id());
        link.sends(new Message.Call(1, Dict.of("forward_for", way), "wamp.session.kill", whom));
        // Nobody ends itself so: it was the link that did it.
        link.receives(Message.Result.class);
        assertFalse(ada.isOpen());
        TestPeer eve = scenario.joins("eve");
        long heard = eve.subscribes(URI);
        Object behind = List.of(Map.of("session", eve.id(), "authid", "eve", "authrole", "user"));
        Payload testament = TextPayloads.payload(URI, List.of(), Map.of());
        link.sends(new Message.Call(2, Dict.of("forward_for", behind), "wamp.session.add_testament", testament));
        link.receives(Message.Result.class);
        TestPeer listens = scenario.joins("listens");
        assertEquals(heard, listens.subscribes(URI));
        eve.leaves();
        listens.receivesNothing();
        link.leaves();
        listens.receives(Message.Event.class);
    }
}
