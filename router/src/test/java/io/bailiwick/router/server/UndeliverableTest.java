package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.ErrorReply;
import io.bailiwick.router.message.Message.Event;
import io.bailiwick.router.message.Message.Interrupt;
import io.bailiwick.router.message.Message.Invocation;
import io.bailiwick.router.message.Message.Publish;
import io.bailiwick.router.message.Message.Result;
import io.bailiwick.router.message.Message.Yield;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.ListenerOptions.Limits;
import io.bailiwick.router.transport.ListenerOptions.PerAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Messages that a peer cannot be given: it takes no more than 8,192 bytes, in JSON, and the other one is bound by nothing.
 * Whatever it is, a call has one final answer, and both go on.
 */
@Conforms(Feature.LIMITS)
class UndeliverableTest {
    private static final String ADD = "com.example.add";
    private static final int TAKES = 8_192;
    private static final Limits SMALL = new Limits(
            TAKES,
            TAKES,
            1 << 20,
            4 << 20,
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            16,
            PerAddress.NONE);
    private static final Dict MORE = Dict.of("progress", true);
    private static final Dict PROGRESS_WANTED = Dict.of("receive_progress", true);

    private RunningRouter running;
    private RawClient small;
    private RawClient large;

    @BeforeEach
    void start() throws Exception {
        running = new RunningRouter();
        small = joined(running.network.connector(
                Endpoint.of("rs://127.0.0.1:" + running.tcp.port()), Format.JSON, Optional.empty(), SMALL));
        large = joined(running.router.local(RunningRouter.REALM, "large", "anything"));
    }

    @AfterEach
    void stop() throws IOException {
        small.close();
        large.close();
        running.close();
    }

    private static RawClient joined(Connector connector) throws InterruptedException {
        Map<String, Object> features = Map.of(
                "features",
                Map.of("progressive_call_results", true, "progressive_call_invocations", true, "call_canceling", true));
        RawClient client = new RawClient(connector);
        client.says(new Message.Hello(
                RunningRouter.REALM,
                Dict.of("roles", Map.of("caller", features, "callee", features, "subscriber", Map.of()))));
        client.hears(Message.Welcome.class);
        return client;
    }

    private static void registers(RawClient callee) throws InterruptedException {
        callee.says(new Message.Register(1, Dict.EMPTY, ADD));
        callee.hears(Message.Registered.class);
    }

    private static Payload text(int length) {
        byte[] json = ("[\"" + "x".repeat(length) + "\"]").getBytes(StandardCharsets.UTF_8);
        return Payload.owned(Format.JSON, ByteBuffer.wrap(json), 1);
    }

    /** Octets in MessagePack, which are a third more of text in JSON. */
    private static Payload octets(int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length + 4);
        bytes.put((byte) 0x91).put((byte) 0xC5).putShort((short) length).rewind();
        return Payload.owned(Format.MSGPACK, bytes, 1);
    }

    /** What JSON has no way to say: a list of one number that is none, in CBOR. */
    private static Payload notANumber() {
        return Payload.owned(Format.CBOR, ByteBuffer.wrap(new byte[] {(byte) 0x81, (byte) 0xF9, 0x7E, 0}), 1);
    }

    private static void failed(RawClient caller, long request, String error) throws InterruptedException {
        ErrorReply reply = caller.hears(ErrorReply.class);
        assertEquals(
                Call.CODE + " " + request + " " + error,
                reply.requestType() + " " + reply.request() + " " + reply.error());
    }

    /** The session is there, and nothing else was on its way to it. */
    private static void goesOn(RawClient client) throws InterruptedException {
        client.says(new Call(99, Dict.EMPTY, "com.example.none", Payload.EMPTY));
        failed(client, 99, Uris.NO_SUCH_PROCEDURE);
    }

    private void progressEndsTheCall(Payload part, String error) throws InterruptedException {
        registers(large);
        small.says(new Call(1, PROGRESS_WANTED, ADD, Payload.EMPTY));
        long invocation = large.hears(Invocation.class).request();
        large.says(new Yield(invocation, MORE, text(10)));
        large.says(new Yield(invocation, MORE, part));
        assertTrue(small.hears(Result.class).details().flag("progress", false));
        failed(small, 1, error);
        Interrupt interrupt = large.hears(Interrupt.class);
        assertEquals(invocation, interrupt.request());
        assertEquals(Optional.of("killnowait"), interrupt.options().text("mode"));
        large.says(new Yield(invocation, MORE, text(10)));
        large.says(new Yield(invocation, Dict.EMPTY, text(10)));
        goesOn(large);
        goesOn(small);
    }

    @Test
    @Conforms(Feature.PROGRESSIVE_CALL_RESULTS)
    void a_progressive_result_that_is_too_large_ends_the_call_for_both() throws InterruptedException {
        progressEndsTheCall(text(10_000), Uris.PAYLOAD_SIZE_EXCEEDED);
    }

    @Test
    @Conforms(Feature.PROGRESSIVE_CALL_RESULTS)
    void a_progressive_result_that_is_too_large_in_the_format_of_the_caller_ends_the_call_for_both()
            throws InterruptedException {
        progressEndsTheCall(octets(7_000), Uris.PAYLOAD_SIZE_EXCEEDED);
    }

    @Test
    @Conforms(Feature.PROGRESSIVE_CALL_RESULTS)
    void a_progressive_result_that_cannot_be_translated_ends_the_call_for_both() throws InterruptedException {
        progressEndsTheCall(notANumber(), Uris.INVALID_ARGUMENT);
    }

    @Test
    @Conforms(Feature.PROGRESSIVE_CALL_INVOCATIONS)
    void a_later_part_that_is_too_large_for_the_callee_ends_the_call_for_both() throws InterruptedException {
        registers(small);
        large.says(new Call(1, MORE, ADD, text(10)));
        long invocation = small.hears(Invocation.class).request();
        large.says(new Call(1, MORE, ADD, text(10_000)));
        failed(large, 1, Uris.PAYLOAD_SIZE_EXCEEDED);
        assertEquals(invocation, small.hears(Interrupt.class).request());
        large.says(new Call(1, Dict.EMPTY, ADD, text(10)));
        goesOn(large);
        goesOn(small);
    }

    @Test
    @Conforms(Feature.REGISTER_AND_CALL)
    void a_call_whose_arguments_the_callee_cannot_be_given_fails_and_the_callee_hears_nothing_of_it()
            throws InterruptedException {
        registers(small);
        large.says(new Call(1, MORE, ADD, text(10_000)));
        failed(large, 1, Uris.PAYLOAD_SIZE_EXCEEDED);
        large.says(new Call(1, Dict.EMPTY, ADD, text(10)));
        large.says(new Call(2, Dict.EMPTY, ADD, notANumber()));
        failed(large, 2, Uris.INVALID_ARGUMENT);
        goesOn(small);
        goesOn(large);
    }

    @Test
    @Conforms(Feature.REGISTER_AND_CALL)
    void in_place_of_a_last_result_or_an_error_that_is_too_large_the_caller_gets_an_error_without_it()
            throws InterruptedException {
        registers(large);
        small.says(new Call(1, Dict.EMPTY, ADD, Payload.EMPTY));
        small.says(new Call(2, Dict.EMPTY, ADD, Payload.EMPTY));
        large.says(new Yield(large.hears(Invocation.class).request(), Dict.EMPTY, text(10_000)));
        failed(small, 1, Uris.PAYLOAD_SIZE_EXCEEDED);
        long second = large.hears(Invocation.class).request();
        large.says(new ErrorReply(Invocation.CODE, second, Dict.EMPTY, "com.example.error", text(10_000)));
        failed(small, 2, Uris.PAYLOAD_SIZE_EXCEEDED);
        goesOn(small);
        goesOn(large);
    }

    @Test
    @Conforms(Feature.PUBLISH_AND_SUBSCRIBE)
    void an_event_that_is_too_large_is_dropped_for_this_subscriber() throws InterruptedException {
        small.says(new Message.Subscribe(1, Dict.EMPTY, "com.example.topic"));
        small.hears(Message.Subscribed.class);
        large.says(new Publish(1, Dict.EMPTY, "com.example.topic", text(10_000)));
        large.says(new Publish(2, Dict.EMPTY, "com.example.topic", text(10)));
        assertEquals(text(10).length(), small.hears(Event.class).payload().length());
        goesOn(small);
    }
}
