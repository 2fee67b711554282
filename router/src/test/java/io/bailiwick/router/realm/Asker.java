package io.bailiwick.router.realm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.ErrorReply;
import io.bailiwick.router.message.Message.Result;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.session.PayloadCodec.Values;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A peer that calls procedures of the realm itself, and reads the answers. */
final class Asker {
    private final TestPeer peer;
    private long request = 1_000;

    Asker(TestPeer peer) {
        this.peer = peer;
    }

    TestPeer peer() {
        return peer;
    }

    long id() {
        return peer.id();
    }

    /** All positional results of a call. */
    List<?> asks(String procedure, Object... arguments) {
        return asks(Map.of(), procedure, arguments).list();
    }

    /** All results of a call with keyword arguments as well. */
    Values asks(Map<String, ?> keywords, String procedure, Object... arguments) {
        send(keywords, procedure, arguments);
        Result result = peer.receives(Result.class);
        assertEquals(request, result.request());
        return new TextPayloads().decode(result.payload());
    }

    /** The one positional result of a call. */
    Object asksOne(String procedure, Object... arguments) {
        List<?> results = asks(procedure, arguments);
        assertEquals(1, results.size(), procedure + " gives one result");
        return results.get(0);
    }

    /** The text of the ERROR that a call is answered with. */
    String isRefused(String error, String procedure, Object... arguments) {
        return isRefused(error, Map.of(), procedure, arguments);
    }

    String isRefused(String error, Map<String, ?> keywords, String procedure, Object... arguments) {
        send(keywords, procedure, arguments);
        ErrorReply reply = peer.receives(ErrorReply.class);
        assertEquals(request + " " + error, reply.request() + " " + reply.error());
        return String.valueOf(new TextPayloads().decode(reply.payload()).list().get(0));
    }

    /** Calls without waiting for the answer. */
    void send(Map<String, ?> keywords, String procedure, Object... arguments) {
        Payload payload = new TextPayloads().encode(new Values(Arrays.asList(arguments), keywords));
        peer.sends(new Call(++request, Dict.EMPTY, procedure, payload));
    }
}
