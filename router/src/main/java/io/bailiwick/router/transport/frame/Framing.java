package io.bailiwick.router.transport.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Puts messages and control frames into the frames of a transport. Without state; any thread. */
public sealed interface Framing {

    /** How many octets to leave free in front of the bytes of a message. */
    int headerRoom();

    /**
     * Frames a message in place.
     *
     * @param buffer {@link #headerRoom()} octets of any content, then the message; taken over
     * @param text whether it is text (else binary); RawSocket does not ask
     * @return what goes to the socket
     */
    ByteBuf message(ByteBuf buffer, boolean text);

    /** How many octets to leave free in front of the bytes of a message for {@link #frameInPlace}. */
    int roomInPlace();

    /** The most octets of a message for {@link #frameInPlace}; 0 where none can be framed in this way. */
    int longestInPlace();

    /**
     * Frames a message that is the last thing in an array, so that what is written next stands right behind its frame.
     *
     * @param start where its frame begins: {@link #roomInPlace()} octets of any content, then the message; above {@link
     *     #longestInPlace()} octets nothing sensible comes out
     * @param end where the message ends
     * @return where the frame ends
     */
    int frameInPlace(byte[] bytes, int start, int end, boolean text);

    /** Whether a framed message is the same for all connections of this framing, so that they can share it. */
    boolean isShareable();

    /** A ping frame. */
    ByteBuf ping(ByteBufAllocator allocator, byte[] payload);

    /** The answer to a ping: the same payload. */
    ByteBuf pong(ByteBufAllocator allocator, byte[] payload);

    /** The frame that ends the connection; empty where the transport has none. */
    ByteBuf close(ByteBufAllocator allocator, int code, String reason);

    /** WAMP, "RawSocket Transport": an octet of type, three octets of length; 2^24 is written as the X bit and zero. */
    record RawSocket() implements Framing {
        static final int HEADER = 4;
        static final int MESSAGE = 0;
        static final int PING = 1;
        static final int PONG = 2;

        @Override
        public int headerRoom() {
            return HEADER;
        }

        @Override
        public ByteBuf message(ByteBuf buffer, boolean text) {
            return buffer.setInt(buffer.readerIndex(), header(buffer.readableBytes() - HEADER));
        }

        @Override
        public int roomInPlace() {
            return HEADER;
        }

        @Override
        public int longestInPlace() {
            return 1 << 24;
        }

        @Override
        public int frameInPlace(byte[] bytes, int start, int end, boolean text) {
            Octets.INTS.set(bytes, start, header(end - start - HEADER));
            return end;
        }

        /** A length of 2^24 spills into the first octet by itself: there it has to be the X bit, 0x08. */
        private static int header(int length) {
            return length == 1 << 24 ? 0x08 << 24 : length;
        }

        @Override
        public boolean isShareable() {
            return true;
        }

        @Override
        public ByteBuf ping(ByteBufAllocator allocator, byte[] payload) {
            return control(allocator, PING, payload);
        }

        @Override
        public ByteBuf pong(ByteBufAllocator allocator, byte[] payload) {
            return control(allocator, PONG, payload);
        }

        @Override
        public ByteBuf close(ByteBufAllocator allocator, int code, String reason) {
            return Unpooled.EMPTY_BUFFER;
        }

        private static ByteBuf control(ByteBufAllocator allocator, int type, byte[] payload) {
            return allocator
                    .directBuffer(HEADER + payload.length)
                    .writeInt(type << 24 | header(payload.length))
                    .writeBytes(payload);
        }
    }

    /**
     * RFC 6455, section 5. Messages above 64 KiB are cut into fragments, since peers exist that take no larger frame.
     *
     * @param masked whether frames are masked, as a client has to
     * @param deflate how messages are compressed, if that was agreed upon
     */
    record WebSocket(boolean masked, Optional<Deflate> deflate) implements Framing {
        static final int CONTINUATION = 0;
        static final int TEXT = 1;
        static final int BINARY = 2;
        static final int CLOSE = 8;
        static final int PING = 9;
        static final int PONG = 10;
        static final int MAX_CONTROL = 125;
        static final int FIN = 0x80;
        /** The first reserved bit, which on the first frame of a message says that it is compressed (RFC 7692). */
        static final int COMPRESSED = 0x40;

        private static final VarHandle SHORTS =
                MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
        private static final int MASKED = 0x80;
        private static final int MAX_FRAGMENT = 1 << 16;

        @Override
        public int headerRoom() {
            return header(MAX_FRAGMENT);
        }

        @Override
        public ByteBuf message(ByteBuf buffer, boolean text) {
            int opcode = text ? TEXT : BINARY;
            Optional<ByteBuf> packed = deflate.flatMap(agreed -> agreed.compress(buffer, headerRoom()));
            if (packed.isEmpty()) {
                return frames(buffer, opcode);
            }
            buffer.release();
            return frames(packed.get(), COMPRESSED | opcode);
        }

        @Override
        public int roomInPlace() {
            return header(MAX_FRAGMENT - 1);
        }

        @Override
        public int longestInPlace() {
            return deflate.isPresent() ? 0 : MAX_FRAGMENT - 1;
        }

        @Override
        public int frameInPlace(byte[] bytes, int start, int end, boolean text) {
            int written = start + roomInPlace();
            int length = end - written;
            int payload = start + header(length);
            if (payload < written) {
                // A header without the long form of the length: less than 126 octets move by two.
                System.arraycopy(bytes, written, bytes, payload, length);
            }
            int octets = (FIN | (text ? TEXT : BINARY)) << 8 | (masked ? MASKED : 0);
            if (length < 126) {
                SHORTS.set(bytes, start, (short) (octets | length));
            } else {
                Octets.INTS.set(bytes, start, (octets | 126) << 16 | length);
            }
            if (masked) {
                int key = ThreadLocalRandom.current().nextInt();
                Octets.INTS.set(bytes, payload - Integer.BYTES, key);
                Mask.apply(key, bytes, payload, payload + length);
            }
            return payload + length;
        }

        private ByteBuf frames(ByteBuf buffer, int first) {
            int start = buffer.readerIndex() + headerRoom();
            int length = buffer.writerIndex() - start;
            if (length > MAX_FRAGMENT) {
                return fragments(buffer, start, length, first);
            }
            buffer.readerIndex(start - header(length));
            writeHeader(buffer, buffer.readerIndex(), FIN | first, start, length);
            return buffer;
        }

        private ByteBuf fragments(ByteBuf buffer, int start, int length, int first) {
            try {
                int frames = (length + MAX_FRAGMENT - 1) / MAX_FRAGMENT;
                ByteBuf result = buffer.alloc().directBuffer(length + frames * headerRoom());
                for (int done = 0; done < length; done += MAX_FRAGMENT) {
                    int part = Math.min(MAX_FRAGMENT, length - done);
                    int octet = (done == 0 ? first : CONTINUATION) | (done + part == length ? FIN : 0);
                    int at = result.writerIndex();
                    result.writerIndex(at + header(part)).writeBytes(buffer, start + done, part);
                    writeHeader(result, at, octet, at + header(part), part);
                }
                return result;
            } finally {
                buffer.release();
            }
        }

        @Override
        public boolean isShareable() {
            // Masks are drawn for each frame, and whether compressing is worth it is found out for each connection.
            return !masked && deflate.isEmpty();
        }

        @Override
        public ByteBuf ping(ByteBufAllocator allocator, byte[] payload) {
            return control(allocator, PING, payload);
        }

        @Override
        public ByteBuf pong(ByteBufAllocator allocator, byte[] payload) {
            return control(allocator, PONG, payload);
        }

        @Override
        public ByteBuf close(ByteBufAllocator allocator, int code, String reason) {
            byte[] text = reason.getBytes(StandardCharsets.UTF_8);
            // The texts of violations are ASCII, so that a cut never splits a character.
            int length = Math.min(text.length, MAX_CONTROL - 2);
            byte[] payload = ByteBuffer.allocate(2 + length)
                    .putShort((short) code)
                    .put(text, 0, length)
                    .array();
            return control(allocator, CLOSE, payload);
        }

        private ByteBuf control(ByteBufAllocator allocator, int opcode, byte[] payload) {
            int header = header(payload.length);
            ByteBuf buffer = allocator.directBuffer(header + payload.length);
            buffer.writerIndex(header).writeBytes(payload);
            writeHeader(buffer, 0, FIN | opcode, header, payload.length);
            return buffer;
        }

        private int header(int length) {
            return 2 + (length < 126 ? 0 : length < 1 << 16 ? 2 : 8) + (masked ? 4 : 0);
        }

        private void writeHeader(ByteBuf buffer, int at, int first, int payload, int length) {
            int octets = first << 8 | (masked ? MASKED : 0);
            if (length < 126) {
                buffer.setShort(at, octets | length);
            } else if (length < 1 << 16) {
                buffer.setInt(at, (octets | 126) << 16 | length);
            } else {
                buffer.setShort(at, octets | 127).setLong(at + 2, length);
            }
            if (masked) {
                // Masks keep browsers from writing chosen octets past proxies; they need not be unforeseeable to the
                // peer.
                int key = ThreadLocalRandom.current().nextInt();
                buffer.setInt(payload - 4, key);
                mask(buffer, payload, length, key);
            }
        }

        private static void mask(ByteBuf buffer, int from, int length, int key) {
            long wide = (key & 0xffff_ffffL) << 32 | (key & 0xffff_ffffL);
            int end = from + length;
            int at = from;
            for (; at + 8 <= end; at += 8) {
                buffer.setLong(at, buffer.getLong(at) ^ wide);
            }
            for (int shift = 24; at < end; at++, shift = (shift + 24) & 31) {
                buffer.setByte(at, buffer.getByte(at) ^ (key >>> shift));
            }
        }
    }
}
