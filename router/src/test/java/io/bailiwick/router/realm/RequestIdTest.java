package io.bailiwick.router.realm;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.Publish;
import io.bailiwick.router.message.Message.Yield;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.RequestIds;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Request ids in a realm, strict and lenient (WAMP, "IDs"). */
@Conforms({Feature.IDS, Feature.PROTOCOL_VIOLATIONS})
class RequestIdTest {
    private static final String PROCEDURE = "com.example.procedure";

    private final Scenario strict = new Scenario(RealmOptions.DEFAULT.with(RequestIds.Order.STRICT));

    @Test
    void all_requests_of_a_session_share_one_sequence() {
        TestPeer peer = strict.joins("peer");
        peer.sends(new Message.Register(1, Dict.EMPTY, PROCEDURE));
        long registration = peer.receives(Message.Registered.class).registration();
        peer.sends(new Message.Subscribe(2, Dict.EMPTY, "com.example.topic"));
        long subscription = peer.receives(Message.Subscribed.class).subscription();
        peer.sends(new Publish(3, Dict.of("acknowledge", true), "com.example.topic", Payload.EMPTY));
        peer.receives(Message.Published.class);
        peer.calls(4, PROCEDURE);
        long invocation = peer.receives(Message.Invocation.class).request();
        peer.sends(new Message.Cancel(4, Dict.EMPTY));
        peer.receives(Message.Interrupt.class);
        peer.receivesError(Call.CODE, 4, Uris.CANCELED);
        peer.sends(new Yield(invocation, Dict.EMPTY, Payload.EMPTY));
        peer.sends(new Message.Unsubscribe(5, subscription));
        peer.receives(Message.Unsubscribed.class);
        peer.sends(new Message.Unregister(6, registration));
        peer.receives(Message.Unregistered.class);
    }

    @Test
    void an_id_out_of_sequence_breaks_the_protocol_whatever_the_request() {
        List<Consumer<TestPeer>> wrong = List.of(
                peer -> peer.calls(2, PROCEDURE),
                peer -> peer.sends(new Message.Register(2, Dict.EMPTY, PROCEDURE)),
                peer -> peer.sends(new Message.Unregister(2, 1)),
                peer -> peer.sends(new Message.Subscribe(2, Dict.EMPTY, PROCEDURE)),
                peer -> peer.sends(new Message.Unsubscribe(2, 1)),
                peer -> peer.sends(new Publish(2, Dict.EMPTY, PROCEDURE, Payload.EMPTY)));
        for (Consumer<TestPeer> request : wrong) {
            TestPeer peer = strict.joins("peer");
            request.accept(peer);
            peer.isAborted(Uris.PROTOCOL_VIOLATION);
            TestPeer repeating = strict.joins("repeating");
            repeating.calls(1, "com.example.none");
            repeating.receives(Message.ErrorReply.class);
            repeating.calls(1, "com.example.none");
            repeating.isAborted(Uris.PROTOCOL_VIOLATION);
        }
    }

    @Test
    void a_refused_request_has_used_its_id() {
        TestPeer peer = strict.joins("peer");
        peer.sends(new Publish(1, Dict.of("acknowledge", true), "wamp.mine", Payload.EMPTY));
        peer.receivesError(Publish.CODE, 1, Uris.INVALID_URI);
        peer.calls(2, "com.example.none");
        peer.receivesError(Call.CODE, 2, Uris.NO_SUCH_PROCEDURE);
    }

    @Test
    void a_lenient_realm_takes_ids_in_any_order_but_not_that_of_an_open_call() {
        Scenario lenient = new Scenario(RealmOptions.DEFAULT);
        TestPeer peer = lenient.joins("peer");
        peer.sends(new Message.Register(789, Dict.EMPTY, PROCEDURE));
        peer.receives(Message.Registered.class);
        peer.calls(123, PROCEDURE);
        peer.receives(Message.Invocation.class);
        peer.calls(5, "com.example.none");
        peer.receivesError(Call.CODE, 5, Uris.NO_SUCH_PROCEDURE);
        peer.calls(123, PROCEDURE);
        peer.isAborted(Uris.PROTOCOL_VIOLATION);
    }
}
