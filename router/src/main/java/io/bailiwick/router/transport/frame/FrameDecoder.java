package io.bailiwick.router.transport.frame;

import io.bailiwick.router.message.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes frames out of the bytes of a connection and hands them to it. Nothing is read after a violation. */
public abstract sealed class FrameDecoder extends ByteToMessageDecoder permits RawSocketDecoder, WebSocketDecoder {
    /** Messages of more bytes have an array of their own. */
    static final int SCRATCH = 1 << 16;

    /** Octets of the longest header of such a message. */
    private static final int HEADER = 8;

    private static final FastThreadLocal<Scratch> SCRATCHES = new FastThreadLocal<>() {
        @Override
        protected Scratch initialValue() {
            return new Scratch();
        }
    };

    /** The array from which a thread hands on what has arrived: one connection at a time, so that one is enough for all. */
    private static final class Scratch {
        private final byte[] bytes = new byte[SCRATCH + HEADER];
        private boolean lent;
    }

    final FrameSink sink;

    FrameDecoder(FrameSink sink) {
        this.sink = sink;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) throws Exception {
        sink.heard();
        super.channelRead(context, bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if (sink.isPaused()) {
            // Netty's decoder would ask for more, for it has passed nothing on.
            discardSomeReadBytes();
            context.fireChannelReadComplete();
        } else {
            super.channelReadComplete(context);
        }
    }

    @Override
    protected final void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (sink.isDeaf()) {
            in.skipBytes(in.readableBytes());
        } else if (startsPlain(in)) {
            burst(in);
        } else {
            frame(in);
        }
    }

    /**
     * Handles one frame after another. What has arrived is copied once for all plain messages in it, for a number is read from an
     * array faster than from a buffer.
     */
    private void burst(ByteBuf in) {
        int there = Math.min(in.readableBytes(), SCRATCH + HEADER);
        Scratch scratch = SCRATCHES.get();
        boolean own = !scratch.lent;
        byte[] bytes = own ? scratch.bytes : new byte[there];
        scratch.lent = true;
        try {
            in.getBytes(in.readerIndex(), bytes, 0, there);
            int next;
            for (int at = 0; at < there && !sink.isDeaf(); at = next) {
                next = plain(in, bytes, at, there);
                if (next == at && at <= there / 2) {
                    next = other(in, at);
                }
                if (next == at) {
                    // With most of the copy behind it, something else waits for the next one.
                    return;
                }
            }
        } finally {
            scratch.lent = !own;
        }
    }

    /** Handles a frame that is not plain, and starts here; where it ends. */
    private int other(ByteBuf in, int at) {
        int before = in.readableBytes();
        frame(in);
        return at + before - in.readableBytes();
    }

    /** Whether what has arrived may begin with a plain message. */
    abstract boolean startsPlain(ByteBuf in);

    /**
     * Hands on the plain message whose frame starts here, and takes the frame out of the buffer before.
     *
     * @param in what has arrived, this frame first
     * @param bytes the same from {@code from} to {@code to}, or the beginning of it
     * @return where the frame ends; {@code from} when something else starts here
     */
    abstract int plain(ByteBuf in, byte[] bytes, int from, int to);

    /** Handles the next frame or what has come of it, or reads nothing when too little of it has arrived. */
    abstract void frame(ByteBuf in);

    /** Hands a message on. What is neither a text nor a message is wrong as a text. */
    final void deliver(boolean text, byte[] bytes, int from, int to) {
        try {
            sink.received(text, bytes, from, to);
        } catch (ProtocolViolation violation) {
            if (text && !Utf8Check.isUtf8(bytes, from, to)) {
                sink.violated(CloseCode.NOT_OF_ITS_TYPE, Utf8Check.violation("WebSocket message"));
            } else {
                sink.violated(CloseCode.PROTOCOL_ERROR, violation);
            }
        }
    }

    /** What is wrong with an end of the connection that nobody announced; null for nothing. */
    public abstract @Nullable IOException suddenEnd();

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        sink.failed(cause);
    }
}
