package io.bailiwick.bench.jmh;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Codec;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.transport.frame.Octets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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

/**
 * What a router reads and writes: a CALL of about 220 bytes and the INVOCATION that it becomes, the short YIELD and its
 * RESULT, a PUBLISH with options, a dictionary that is not empty, and an EVENT whose payload has another format. Messages are
 * encoded into the room from which they leave, as the router does it, and into a stream, as all else does.
 */
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
    private byte[] yielded = {};
    private byte[] publish = {};
    private Message invocation = new Message.Goodbye(Dict.EMPTY, "");
    private Message result = invocation;
    private Message foreign = invocation;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    private final Octets room = new Octets();

    /** Makes both messages. */
    @Setup
    public void messages() throws IOException {
        codec = Codec.of(format);
        Arguments arguments = new Arguments(
                List.of("the first argument of a call that is not too short", Map.of("speed", 4711, "unit", "rpm")),
                Map.of("deadline", 1_700_000_000_000L, "comment", "keyword arguments come after the list"));
        Message.Call message = new Message.Call(
                123_456, Dict.EMPTY, "com.example.plant.press1.set_speed", Payloads.encode(format, arguments));
        call = bytes(message);
        invocation = new Message.Invocation(234_567, 3_456_789, Dict.EMPTY, message.payload());
        Payload sum = Payloads.encode(format, Arguments.of(4711));
        yielded = bytes(new Message.Yield(234_567, Dict.EMPTY, sum));
        result = new Message.Result(123_456, Dict.EMPTY, sum);
        Dict options = Dict.of("acknowledge", true, "exclude_me", false);
        publish = bytes(new Message.Publish(123_456, options, "com.example.plant.press1.speed", sum));
        Format other = format == Format.JSON ? Format.CBOR : Format.JSON;
        long publication = 4_567_890_123_456_789L;
        foreign = new Message.Event(3_456_789, publication, Dict.EMPTY, Payloads.encode(other, arguments));
    }

    private byte[] bytes(Message message) throws IOException {
        out.reset();
        codec.write(message, out);
        return out.toByteArray();
    }

    /** Bytes to message. */
    @Benchmark
    public Message decodeCall() {
        return codec.read(call, 0, call.length);
    }

    /** Message to bytes, its payload as it is. */
    @Benchmark
    public int encodeInvocation() throws IOException {
        out.reset();
        codec.write(invocation, out);
        return out.size();
    }

    private int encodeToRoom(Message message) {
        room.cut(0);
        codec.write(message, room);
        return room.length();
    }

    /** Message to bytes where they are to be, its payload as it is. */
    @Benchmark
    public int encodeInvocationToRoom() {
        return encodeToRoom(invocation);
    }

    /** Message to bytes where they are to be: the shortest answer. */
    @Benchmark
    public int encodeResultToRoom() {
        return encodeToRoom(result);
    }

    /** Message to bytes where they are to be, its payload from another format. */
    @Benchmark
    public int encodeForeignEventToRoom() {
        return encodeToRoom(foreign);
    }

    /** Bytes to message: the shortest answer. */
    @Benchmark
    public Message decodeYield() {
        return codec.read(yielded, 0, yielded.length);
    }

    /** Bytes to message, with a dictionary of two entries. */
    @Benchmark
    public Message decodePublish() {
        return codec.read(publish, 0, publish.length);
    }

    /** Message to bytes: the shortest answer. */
    @Benchmark
    public int encodeResult() throws IOException {
        out.reset();
        codec.write(result, out);
        return out.size();
    }

    /** Message to bytes, its payload from another format. */
    @Benchmark
    public int encodeForeignEvent() throws IOException {
        out.reset();
        codec.write(foreign, out);
        return out.size();
    }
}
