package io.bailiwick.router.codec;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A message of every type, in the order of {@code vectors.txt}, and the short ways to read and write one. */
public final class Samples {
    private static final long MAX_ID = 1L << 53;

    private Samples() {}

    /** One of each, with payloads of this format. */
    public static List<Message> all(Format format) {
        return List.of(
                new Message.Hello(
                        "com.example.realm",
                        Dict.of(entries(
                                "agent",
                                "node 7",
                                "roles",
                                entries(
                                        "caller",
                                        Map.of(),
                                        "callee",
                                        Map.of("features", Map.of("call_canceling", true)))))),
                new Message.Hello(null, Dict.of(entries("roles", Map.of("caller", Map.of()), "authid", "grüße-節点-🚀"))),
                new Message.Welcome(MAX_ID, Dict.of("realm", "com.example.realm", "x_delay", -70000L)),
                new Message.Abort(Dict.of("message", "not \"here\"\n"), "wamp.error.no_such_realm"),
                new Message.Challenge("cryptosign", Dict.of("challenge", "00ff".repeat(16))),
                new Message.Authenticate("a1b2", Dict.EMPTY),
                new Message.Goodbye(Dict.EMPTY, "wamp.close.normal"),
                new Message.ErrorReply(
                        48,
                        77,
                        Dict.EMPTY,
                        "com.example.error.broken",
                        payload(format, List.of("pump", 7), entries("pressure", 1.5, "open", false))),
                new Message.Publish(
                        1,
                        Dict.of("acknowledge", true, "exclude", List.of(4L, 65536L)),
                        "com.example.topic",
                        Payloads.encode(format, Arguments.of("hello", -1, -129, 4294967296L, 1.5, null, new byte[] {
                            0, (byte) 255, 16
                        }))),
                new Message.Published(1, MAX_ID - 1),
                new Message.Subscribe(2, Dict.of("match", "prefix"), "com.example."),
                new Message.Subscribed(2, 256),
                new Message.Unsubscribe(3, 256),
                new Message.Unsubscribed(3, Dict.EMPTY),
                new Message.Unsubscribed(0, Dict.of("subscription", 256L, "reason", "com.example.moved")),
                new Message.Event(256, 65535, Dict.of("topic", "com.example.topic"), Payload.EMPTY),
                new Message.EventReceived(65535),
                new Message.Call(4, Dict.EMPTY, "com.example.add", payload(format, List.of(23, 24), Map.of())),
                new Message.Cancel(4, Dict.of("mode", "kill")),
                new Message.Result(4, Dict.of("progress", true), payload(format, List.of(), Map.of("total", 47))),
                new Message.Register(5, Dict.of("invoke", "roundrobin"), "com.example.add"),
                new Message.Registered(5, 127),
                new Message.Unregister(6, 128),
                new Message.Unregistered(6, Dict.EMPTY),
                new Message.Unregistered(0, Dict.of("registration", 128L)),
                new Message.Invocation(1, 128, Dict.of("caller", MAX_ID), payload(format, sixteen(), Map.of())),
                new Message.Interrupt(1, Dict.of("mode", "killnowait")),
                new Message.Yield(1, Dict.EMPTY, payload(format, List.of("x".repeat(40), "y".repeat(300)), Map.of())));
    }

    private static List<Object> sixteen() {
        Map<String, Object> map = new LinkedHashMap<>();
        IntStream.range(0, 16).forEach(i -> map.put("k" + i, i));
        return List.of(IntStream.range(0, 16).boxed().toList(), map);
    }

    private static Payload payload(Format format, List<Object> list, Map<String, Object> map) {
        return Payloads.encode(format, new Arguments(list, map));
    }

    private static Map<String, Object> entries(String key1, Object value1, String key2, Object value2) {
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put(key1, value1);
        entries.put(key2, value2);
        return entries;
    }

    /** The bytes of a message. */
    public static byte[] write(Format format, Message message) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Codec.of(format).write(message, out);
            return out.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** The message of these bytes. */
    public static Message read(Format format, byte[] bytes) {
        return Codec.of(format).read(ByteBuffer.wrap(bytes));
    }

    static Message json(String text) {
        return read(Format.JSON, text.getBytes(StandardCharsets.UTF_8));
    }
}
