package io.bailiwick.router.transport.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How whole messages get from frames to whoever takes them. */
@Conforms({Feature.WEBSOCKET, Feature.RAWSOCKET})
class FrameDecoderTest {
    private final Sink sink = new Sink();

    /** Takes texts up to a limit, and refuses what it is told to. */
    private static final class Sink implements FrameSink {
        private final List<byte[]> arrays = new ArrayList<>();
        private final List<String> messages = new ArrayList<>();
        private final List<Integer> codes = new ArrayList<>();
        private boolean checksText;
        private boolean refuses;

        @Override
        public void heard() {}

        @Override
        public boolean isDeaf() {
            return !codes.isEmpty();
        }

        @Override
        public boolean isPaused() {
            return false;
        }

        @Override
        public int inboundLimit() {
            return 1 << 20;
        }

        @Override
        public boolean takes(boolean text) {
            return true;
        }

        @Override
        public boolean checksText() {
            return checksText;
        }

        @Override
        public void received(boolean text, byte[] bytes, int from, int to) {
            if (refuses) {
                throw new ProtocolViolation("message", "another", "this one");
            }
            arrays.add(bytes);
            messages.add(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void pinged(byte[] payload) {}

        @Override
        public void closeReceived(int code) {}

        @Override
        public void violated(int code, ProtocolViolation violation) {
            codes.add(code);
        }

        @Override
        public void failed(Throwable cause) {
            throw new AssertionError(cause);
        }
    }

    private void hear(boolean webSocket, byte[]... frames) {
        EmbeddedChannel channel =
                new EmbeddedChannel(webSocket ? new WebSocketDecoder(sink, true, false) : new RawSocketDecoder(sink));
        for (byte[] frame : frames) {
            channel.writeInbound(Unpooled.wrappedBuffer(frame));
        }
        channel.finishAndReleaseAll();
    }

    private static byte[] frames(boolean webSocket, byte[]... messages) {
        ByteBuf all = Unpooled.buffer();
        for (byte[] message : messages) {
            Framing framing = webSocket ? new Framing.WebSocket(true, Optional.empty()) : new Framing.RawSocket();
            if (message.length <= framing.longestInPlace() && message.length % 2 == 0) {
                byte[] frame = new byte[framing.roomInPlace() + message.length];
                System.arraycopy(message, 0, frame, framing.roomInPlace(), message.length);
                all.writeBytes(frame, 0, framing.frameInPlace(frame, 0, frame.length, true));
            } else {
                ByteBuf frame = framing.message(
                        Unpooled.buffer().writeZero(framing.headerRoom()).writeBytes(message), true);
                all.writeBytes(frame);
                frame.release();
            }
        }
        byte[] octets = new byte[all.readableBytes()];
        all.readBytes(octets).release();
        return octets;
    }

    private static byte[] message(int length) {
        byte[] message = new byte[length];
        for (int i = 0; i < length; i++) {
            message[i] = (byte) ('a' + (i * 7 + length) % 26);
        }
        return message;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void messages_up_to_64_kib_come_in_one_array_and_longer_ones_in_their_own(boolean webSocket) {
        byte[][] messages = {message(30), message(65_535), message(1), message(65_537), message(65_538), message(2)};
        byte[][] frames = new byte[messages.length][];
        Arrays.setAll(frames, i -> frames(webSocket, messages[i]));
        hear(webSocket, frames);
        for (int i = 0; i < messages.length; i++) {
            assertEquals(new String(messages[i], StandardCharsets.ISO_8859_1), sink.messages.get(i));
        }
        assertSame(sink.arrays.get(0), sink.arrays.get(1));
        assertSame(sink.arrays.get(0), sink.arrays.get(2));
        assertSame(sink.arrays.get(0), sink.arrays.get(5));
        assertNotSame(sink.arrays.get(0), sink.arrays.get(3));
        assertNotSame(sink.arrays.get(3), sink.arrays.get(4));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void messages_are_the_same_however_the_octets_are_cut_and_masked(boolean webSocket) {
        Random random = new Random(11);
        byte[][] messages = new byte[300][];
        for (int i = 0; i < messages.length; i++) {
            messages[i] = message(i < 150 ? i : random.nextInt(3_000));
        }
        byte[] octets = frames(webSocket, messages);
        List<byte[]> parts = new ArrayList<>();
        for (int at = 0; at < octets.length; ) {
            int to = Math.min(octets.length, at + 1 + random.nextInt(random.nextBoolean() ? 20 : 4_000));
            parts.add(Arrays.copyOfRange(octets, at, to));
            at = to;
        }
        hear(webSocket, parts.toArray(byte[][]::new));
        assertEquals(messages.length, sink.messages.size());
        for (int i = 0; i < messages.length; i++) {
            assertEquals(new String(messages[i], StandardCharsets.ISO_8859_1), sink.messages.get(i));
        }
    }

    @Test
    void a_text_that_is_not_utf8_is_refused_before_it_is_handed_on() {
        hear(true, frames(true, new byte[] {'a', (byte) 0xff}));
        assertEquals(List.of(CloseCode.NOT_OF_ITS_TYPE), sink.codes);
        assertTrue(sink.messages.isEmpty());
    }

    @Test
    void a_text_is_not_looked_at_twice_but_one_that_was_refused_is_told_from_what_is_no_text() {
        sink.checksText = true;
        hear(true, frames(true, new byte[] {'a', (byte) 0xff}));
        assertEquals(1, sink.messages.size(), "left to whoever takes it");
        sink.refuses = true;
        hear(true, frames(true, new byte[] {'a', (byte) 0xff}));
        assertEquals(List.of(CloseCode.NOT_OF_ITS_TYPE), sink.codes);
        sink.codes.clear();
        hear(true, frames(true, new byte[] {'a'}));
        assertEquals(List.of(CloseCode.PROTOCOL_ERROR), sink.codes);
    }
}
