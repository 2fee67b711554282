package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.bailiwick.router.codec.Samples;
import io.bailiwick.router.codec.UntranslatablePayloadException;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.transport.frame.Subprotocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ResourceLeakDetector;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Broken bytes, from the frame to the message, in all formats and both framings: whatever comes, the router answers with a
 * violation or takes a sound message, in a moment, and gives back what it has borrowed.
 */
@Conforms({Feature.WEBSOCKET, Feature.RAWSOCKET, Feature.PROTOCOL_VIOLATIONS})
class FuzzTest {
    /** For each format and framing; {@code -Dbailiwick.fuzz=N} for more. */
    private static final int ROUNDS = Integer.getInteger("bailiwick.fuzz", 24_000) / 6 + 1;

    private static final long BOUND_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final long seed = Long.getLong("bailiwick.seed", 20_261_121);
    private final Random random = new Random(seed);
    private int accepted;
    private int refused;
    private int slow;

    /** One end of a connection that has just been made. */
    private final class End implements Link.Listener {
        private final EmbeddedChannel channel = new EmbeddedChannel();
        private final Connection connection;
        private @Nullable ProtocolViolation violation;
        private boolean closed;

        End(Agreement agreement, Format format) {
            Peer peer = new Peer("fuzz", "tcp:127.0.0.1:1", Optional.of(format), false);
            connection =
                    new Connection(channel, agreement, peer, Connection.Side.SERVER, ListenerOptions.Limits.DEFAULT);
            connection.start(this, link -> {});
            channel.pipeline().addLast(connection.decoder());
        }

        @Override
        public void received(Message message) {
            assertEquals(null, violation, "nothing follows a violation");
            accepted++;
            for (Format format : Format.values()) {
                try {
                    Samples.read(format, Samples.write(format, message));
                } catch (UntranslatablePayloadException noForm) {
                    assertTrue(noForm.getMessage().length() < 300);
                }
            }
        }

        @Override
        public void violated(ProtocolViolation found) {
            assertTrue(violation == null && found.getMessage().length() < 300, found.getMessage());
            violation = found;
            refused++;
        }

        @Override
        public void closed(@Nullable Throwable cause) {
            closed = true;
        }

        void take(byte[] bytes) {
            int cut = random.nextInt(bytes.length + 1);
            channel.writeInbound(buffer(bytes, 0, cut));
            if (channel.isOpen()) {
                channel.writeInbound(buffer(bytes, cut, bytes.length));
            }
            channel.checkException();
            connection.close();
            channel.runPendingTasks();
            channel.close();
            channel.runPendingTasks();
            channel.checkException();
            channel.finishAndReleaseAll();
            assertTrue(closed, "the listener hears of the end");
        }

        private ByteBuf buffer(byte[] bytes, int from, int to) {
            return channel.alloc().buffer(Math.max(1, to - from)).writeBytes(bytes, from, to - from);
        }
    }

    @Test
    void whatever_comes_is_a_message_or_a_violation() {
        assertEquals(ResourceLeakDetector.Level.PARANOID, ResourceLeakDetector.getLevel());
        Queue<String> leaks = new ConcurrentLinkedQueue<>();
        ByteBufUtil.setLeakListener((type, records) -> leaks.add(type + ": " + records));
        Map<Format, List<byte[]>> corpus = new EnumMap<>(Format.class);
        for (Format format : Format.values()) {
            corpus.put(
                    format,
                    Samples.all(format).stream()
                            .map(message -> Samples.write(format, message))
                            .toList());
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (Format format : Format.values()) {
                one(format, true, corpus.get(format));
                one(format, false, corpus.get(format));
            }
        }
        System.gc();
        PooledByteBufAllocator.DEFAULT.directBuffer().release();
        assertTrue(leaks.isEmpty(), () -> String.join("\n", leaks));
        assertTrue(accepted > ROUNDS && refused > ROUNDS, accepted + " accepted, " + refused + " refused");
        assertTrue(slow <= 2, slow + " inputs took more than 50 ms of CPU");
    }

    private void one(Format format, boolean webSocket, List<byte[]> corpus) {
        ListenerOptions.Limits limits = ListenerOptions.Limits.DEFAULT;
        boolean batched = webSocket && random.nextInt(4) == 0;
        Agreement agreement = webSocket
                ? Agreement.overWebSocket(
                        Connection.Side.SERVER, new Subprotocol(format, batched), Optional.empty(), limits)
                : Agreement.overRawSocket(format, limits.maxMessage(), limits.maxMessage(), limits);
        byte[] bytes = stream(format, webSocket, batched, corpus);
        long start = THREADS.getCurrentThreadCpuTime();
        try {
            new End(agreement, format).take(bytes);
        } catch (Throwable failure) {
            fail(
                    "seed " + seed + ", " + format + (webSocket ? " over WebSocket: " : " over RawSocket: ")
                            + HexFormat.of().formatHex(bytes),
                    failure);
        }
        // The first rounds are spent on loading classes.
        slow += THREADS.getCurrentThreadCpuTime() - start > BOUND_NANOS && accepted > 1_000 ? 1 : 0;
    }

    // ---- what is sent

    /** One to three messages in frames; faults in the messages, in the frames, or in neither. */
    private byte[] stream(Format format, boolean webSocket, boolean batched, List<byte[]> corpus) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        boolean brokenFrames = random.nextBoolean();
        for (int count = 1 + random.nextInt(3); count > 0; count--) {
            byte[] message = corpus.get(random.nextInt(corpus.size()));
            message = brokenFrames ? message : mutated(message, corpus);
            stream.writeBytes(
                    webSocket
                            ? webSocketFrames(batched ? batch(format, message) : message, format)
                            : rawSocketFrame(message));
        }
        byte[] whole = stream.toByteArray();
        return brokenFrames ? mutated(whole, List.of(whole)) : whole;
    }

    private static byte[] batch(Format format, byte[] message) {
        ByteArrayOutputStream batch = new ByteArrayOutputStream();
        if (!format.isText()) {
            batch.writeBytes(new byte[] {0, 0, (byte) (message.length >> 8), (byte) message.length});
        }
        batch.writeBytes(message);
        if (format.isText()) {
            batch.write(0x1e);
        }
        return batch.toByteArray();
    }

    private static byte[] rawSocketFrame(byte[] message) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(
                new byte[] {0, (byte) (message.length >> 16), (byte) (message.length >> 8), (byte) message.length});
        frame.writeBytes(message);
        return frame.toByteArray();
    }

    /** A masked message, now and then in two fragments with a ping between them. */
    private byte[] webSocketFrames(byte[] message, Format format) {
        int opcode = format.isText() ? 1 : 2;
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        if (random.nextInt(3) > 0) {
            frame(frames, 0x80 | opcode, message, 0, message.length);
        } else {
            int middle = random.nextInt(message.length + 1);
            frame(frames, opcode, message, 0, middle);
            frame(frames, 0x89, new byte[] {1, 2, 3}, 0, 3);
            frame(frames, 0x80, message, middle, message.length);
        }
        return frames.toByteArray();
    }

    private void frame(ByteArrayOutputStream frames, int first, byte[] bytes, int from, int to) {
        int length = to - from;
        frames.write(first);
        if (length < 126) {
            frames.write(0x80 | length);
        } else {
            frames.write(0x80 | 126);
            frames.write(length >> 8);
            frames.write(length);
        }
        byte[] mask = new byte[4];
        random.nextBytes(mask);
        frames.writeBytes(mask);
        for (int i = 0; i < length; i++) {
            frames.write(bytes[from + i] ^ mask[i & 3]);
        }
    }

    private byte[] mutated(byte[] original, List<byte[]> corpus) {
        byte[] bytes = original.clone();
        for (int faults = random.nextInt(4); faults > 0 && bytes.length > 0; faults--) {
            bytes = mutatedOnce(bytes, corpus.get(random.nextInt(corpus.size())));
        }
        return bytes;
    }

    private byte[] mutatedOnce(byte[] bytes, byte[] other) {
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(6)) {
            case 0 -> set(bytes, at, bytes[at] ^ (1 << random.nextInt(8)));
            case 1 -> set(bytes, at, random.nextInt(256));
            case 2 -> set(bytes, at, random.nextBoolean() ? 0xff : 0);
            case 3 -> Arrays.copyOf(bytes, at + 1);
            case 4 -> joined(bytes, at, bytes, Math.max(0, at - random.nextInt(9)));
            default -> joined(bytes, at, other, random.nextInt(other.length));
        };
    }

    private static byte[] set(byte[] bytes, int at, int octet) {
        bytes[at] = (byte) octet;
        return bytes;
    }

    private static byte[] joined(byte[] head, int to, byte[] tail, int from) {
        byte[] result = Arrays.copyOf(head, to + tail.length - from);
        System.arraycopy(tail, from, result, to, tail.length - from);
        return result;
    }
}
