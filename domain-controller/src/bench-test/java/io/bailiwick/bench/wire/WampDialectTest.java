package io.bailiwick.bench.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Codec;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the relay takes for the length of WAMP's messages is that of the router's own codec. */
class WampDialectTest {
    private static final int PAYLOAD = 200;
    private static final String TOPIC = "com.example.bench.topics0.t0";
    private static final long DRAWN = 9_007_199_254_740_000L;

    private static WampDialect dialect(Encoding encoding) {
        return new WampDialect(encoding, "realm1", Optional.empty(), new Filler(PAYLOAD));
    }

    private static int length(Encoding encoding, Message message) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Codec.of(format(encoding)).write(message, out);
        return out.size();
    }

    private static Format format(Encoding encoding) {
        return Format.valueOf(encoding.name());
    }

    private static Payload payload(Encoding encoding) throws IOException {
        return Payloads.encode(format(encoding), Arguments.of("x".repeat(PAYLOAD)));
    }

    private static int written(Consumer<ByteBuf> writing) {
        ByteBuf out = Unpooled.buffer();
        writing.accept(out);
        return out.readableBytes();
    }

    @ParameterizedTest
    @EnumSource
    void whatARouterSendsIsAsLong(Encoding encoding) throws IOException {
        Payload payload = payload(encoding);
        WampDialect dialect = dialect(encoding);
        assertEquals(
                length(encoding, new Message.Invocation(4_000_000, 120, Dict.EMPTY, payload)),
                dialect.heard(Role.CALLEE));
        assertEquals(length(encoding, new Message.Result(4_000_000, Dict.EMPTY, payload)), dialect.heard(Role.CALLER));
        assertEquals(
                length(encoding, new Message.Event(120, DRAWN, Dict.EMPTY, payload)), dialect.heard(Role.SUBSCRIBER));
        assertEquals(0, dialect.heard(Role.PUBLISHER));
    }

    @ParameterizedTest
    @EnumSource
    void whatAClientSendsIsAsLong(Encoding encoding) throws IOException {
        Payload payload = payload(encoding);
        WampDialect dialect = dialect(encoding);
        long id = 70_000;
        assertEquals(
                length(encoding, new Message.Call(id, Dict.EMPTY, "com.example.bench.echo0", payload)),
                written(out -> dialect.writeCall(out, id, 0)));
        assertEquals(
                length(encoding, new Message.Yield(id, Dict.EMPTY, payload)),
                written(out -> dialect.writeAnswer(out, id)));
        assertEquals(
                length(encoding, new Message.Publish(id, Dict.EMPTY, TOPIC, payload)),
                written(out -> dialect.writePublish(out, id, TOPIC.getBytes(StandardCharsets.UTF_8))));
    }
}
