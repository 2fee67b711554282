package io.bailiwick.router.transport.frame;

import io.bailiwick.router.message.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Several WAMP messages in one WebSocket message or HTTP body (WAMP, "Batched transport"). Each has its length in front, in four octets,
 * or in JSON a separator behind it: the specification means 0x1E, while Autobahn and Bondy took its {@code \30} for octal
 * and write 0x18. Neither can stand in JSON, so both are read, and the peer is answered with the one that it used first.
 *
 * <p>One for each connection. {@link #split} is for the channel's loop, all else for any thread.
 */
final class Batch {
    /** Octets that the marks of one message take at most. */
    static final int MARK = Integer.BYTES;

    /**
     * Messages of one batch: whoever says in the middle of one that he has had enough gets the rest of it all the same. More
     * than the shortest that there are in 64 KiB.
     */
    static final int MAX_MESSAGES = 16_384;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final byte RECORD_SEPARATOR = 0x1e;
    private static final byte CANCEL = 0x18;

    /** Takes a message that lies in an array; the array is lent. */
    interface Part {
        void take(byte[] bytes, int from, int to);
    }

    private final boolean text;
    private volatile byte separator = RECORD_SEPARATOR;
    private boolean separatorKnown;

    /** Batches of text messages, or else of binary ones. */
    Batch(boolean text) {
        this.text = text;
    }

    /** Octets to leave free in front of a message. */
    int room() {
        return text ? 0 : MARK;
    }

    /**
     * Makes a batch of one message; behind one another such batches are one.
     *
     * @param buffer up to {@code start} anything, {@link #room()} octets of it free; from there the message
     */
    void mark(ByteBuf buffer, int start) {
        if (text) {
            buffer.writeByte(separator);
        } else {
            buffer.setInt(start - MARK, buffer.writerIndex() - start);
        }
    }

    /**
     * Takes the messages out of a batch, in order.
     *
     * @param limit bytes that one message may have
     * @param messages takes each message
     * @throws ProtocolViolation when the batch is not one; messages in front of the fault have been taken then
     */
    void split(byte[] batch, int from, int to, int limit, Part messages) {
        if (from == to) {
            throw new ProtocolViolation("batch", "at least one message", "none");
        }
        int at = from;
        for (int number = 1; at < to; number++) {
            if (number > MAX_MESSAGES) {
                throw new ProtocolViolation("batch", "at most " + MAX_MESSAGES + " messages", "more");
            }
            int start = text ? at : at + MARK;
            int end = text ? separatorAt(batch, at, to) : endAt(batch, at, to);
            if (end - start > limit) {
                throw ProtocolViolation.tooLarge("message in a batch", limit, (end - start) + " bytes");
            }
            messages.take(batch, start, end);
            at = text ? end + 1 : end;
        }
    }

    private int separatorAt(byte[] batch, int from, int to) {
        for (int at = from; at < to; at++) {
            byte octet = batch[at];
            if (octet == RECORD_SEPARATOR || octet == CANCEL) {
                if (!separatorKnown) {
                    separatorKnown = true;
                    separator = octet;
                }
                return at;
            }
        }
        throw new ProtocolViolation("batch", "a separator (0x1E) behind each message", "the end of the batch");
    }

    /** The end of the message whose length stands here. */
    private static int endAt(byte[] batch, int at, int to) {
        int there = to - at - MARK;
        if (there < 0) {
            throw new ProtocolViolation(
                    "batch", "a length of 4 octets before each message", (there + MARK) + " octets");
        }
        int length = (int) INTS.get(batch, at);
        if (length < 0 || length > there) {
            throw new ProtocolViolation(
                    "batch", "a message of " + Integer.toUnsignedString(length) + " bytes", there + " bytes");
        }
        return at + MARK + length;
    }
}
