package io.bailiwick.router.transport.frame;

import io.bailiwick.router.codec.Codec;
import io.bailiwick.router.link.MessageTooLargeException;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * How the messages of one connection lie in what its transport carries whole, a WebSocket message or the body of an HTTP
 * request: one in each, or in the batched subprotocols one or more.
 *
 * <p>{@link #read} is for the channel's loop, all else for any thread.
 */
public final class Serializer {
    private static final Serializer JSON = new Serializer(new Subprotocol(Format.JSON, false));
    private static final Serializer MSGPACK = new Serializer(new Subprotocol(Format.MSGPACK, false));
    private static final Serializer CBOR = new Serializer(new Subprotocol(Format.CBOR, false));

    private final Codec codec;
    /** Only where several messages may lie together. */
    private final @Nullable Batch batch;

    /** A serializer of what was agreed upon, for one connection: those without batches are the same for all. */
    public static Serializer of(Subprotocol subprotocol) {
        if (subprotocol.batched()) {
            return new Serializer(subprotocol);
        }
        return switch (subprotocol.format()) {
            case JSON -> JSON;
            case MSGPACK -> MSGPACK;
            case CBOR -> CBOR;
        };
    }

    private Serializer(Subprotocol subprotocol) {
        Format format = subprotocol.format();
        this.codec = Codec.of(format);
        this.batch = subprotocol.batched() ? new Batch(format.isText()) : null;
    }

    /** The format of each message. */
    public Format format() {
        return codec.format();
    }

    /** Messages that may lie together. */
    public int maxTogether() {
        return batch == null ? 1 : Batch.MAX_MESSAGES;
    }

    /** Octets that a message takes at most besides its own. */
    public int overhead() {
        return batch == null ? 0 : Batch.MARK;
    }

    /**
     * Writes a message behind what is in the buffer. Where they may lie together, several that were written are also one
     * piece when they stand behind one another.
     *
     * @param limit bytes that the message may have
     * @throws MessageTooLargeException when it has more; there is a part of it in the buffer then
     */
    public void write(Message message, ByteBuf to, int limit) {
        if (batch == null) {
            encode(message, to, limit);
        } else {
            int start = to.writerIndex() + batch.room();
            encode(message, to.ensureWritable(Batch.MARK).writerIndex(start), limit);
            batch.mark(to, start);
        }
    }

    /**
     * Writes a message behind what is there; not for {@linkplain #maxTogether batches}.
     *
     * @param limit octets that the message may have
     * @throws MessageTooLargeException when it has more; it is there all the same
     */
    public void write(Message message, Octets to, int limit) {
        int start = to.length();
        codec.write(message, to);
        if (to.length() - start > limit) {
            throw new MessageTooLargeException(message.name(), limit);
        }
    }

    private void encode(Message message, ByteBuf to, int limit) {
        try {
            codec.write(message, new Body(to, message.name(), limit));
        } catch (IOException e) {
            throw new UncheckedIOException("expected a buffer to take " + message.name() + ", but it failed", e);
        }
    }

    /**
     * Takes messages as they are read. Not a generic consumer: the cast that this entails at each message is to an interface, of
     * which the JVM remembers only the last for each class, and the realm asks for another one.
     */
    @FunctionalInterface
    public interface Receiver {
        /** Another message. */
        void received(Message message);
    }

    /**
     * Reads what the transport has brought. The bytes are lent: a payload is valid until the one who takes its message
     * returns.
     *
     * @param from where the bytes begin
     * @param end where they end
     * @param limit bytes that one message of several may have
     * @param to takes the messages in order
     * @throws ProtocolViolation when there is none, or one that is not right; those in front of it have been taken then
     */
    public void read(byte[] bytes, int from, int end, int limit, Receiver to) {
        if (batch == null) {
            to.received(codec.read(bytes, from, end));
        } else {
            batch.split(
                    bytes, from, end, limit, (batched, start, stop) -> to.received(codec.read(batched, start, stop)));
        }
    }

    /** Takes the bytes of one message and not more than allowed. */
    private static final class Body extends OutputStream {
        private final ByteBuf buffer;
        private final String message;
        private final int limit;
        private final int start;

        Body(ByteBuf buffer, String message, int limit) {
            this.buffer = buffer;
            this.message = message;
            this.limit = limit;
            this.start = buffer.writerIndex();
        }

        @Override
        public void write(int octet) {
            check(1);
            buffer.writeByte(octet);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            check(length);
            buffer.writeBytes(bytes, from, length);
        }

        private void check(int length) {
            if (length > limit - (buffer.writerIndex() - start)) {
                throw new MessageTooLargeException(message, limit);
            }
        }
    }
}
