package io.bailiwick.bench.jmh;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Codec;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A CALL of about 220 bytes is read, and the INVOCATION that it becomes is written. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {
    /** Of the CALL, and of the callee. */
    @Param({"JSON", "MSGPACK", "CBOR"})
    public Format format = Format.JSON;

    private Codec codec = Codec.of(Format.JSON);
    private byte[] call = {};
    private Message invocation = new Message.Goodbye(Dict.EMPTY, "");
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);

    /** Makes both messages. */
    @Setup
    public void messages() throws IOException {
        codec = Codec.of(format);
        Arguments arguments = new Arguments(
                List.of("the first argument of a call that is not too short", Map.of("speed", 4711, "unit", "rpm")),
                Map.of("deadline", 1_700_000_000_000L, "comment", "keyword arguments come after the list"));
        Message.Call message = new Message.Call(
                123_456, Dict.EMPTY, "com.example.plant.press1.set_speed", Payloads.encode(format, arguments));
        codec.write(message, out);
        call = out.toByteArray();
        invocation = new Message.Invocation(234_567, 3_456_789, Dict.EMPTY, message.payload());
    }

    /** Bytes to message. */
    @Benchmark
    public Message decodeCall() {
        return codec.read(ByteBuffer.wrap(call));
    }

    /** Message to bytes, its payload as it is. */
    @Benchmark
    public int encodeInvocation() throws IOException {
        out.reset();
        codec.write(invocation, out);
        return out.size();
    }
}
