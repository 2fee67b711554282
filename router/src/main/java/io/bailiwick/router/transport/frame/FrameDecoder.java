package io.bailiwick.router.transport.frame;

import io.bailiwick.router.message.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.List;

/** Takes frames out of the bytes of a connection and hands them to it. Nothing is read after a violation. */
public abstract sealed class FrameDecoder extends ByteToMessageDecoder permits RawSocketDecoder, WebSocketDecoder {
    /** Messages of more bytes have an array of their own. */
    static final int SCRATCH = 1 << 16;

    /** One message at a time is handled by a thread, so that one array is enough for all of its connections. */
    private static final FastThreadLocal<byte[]> SCRATCHES = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[SCRATCH];
        }
    };

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
        } else {
            frame(in);
        }
    }

    /** Handles the next frame or what has come of it, or reads nothing when too little of it has arrived. */
    abstract void frame(ByteBuf in);

    /** An array for a message of this length, which may be that of the last message. */
    static byte[] arrayFor(int length) {
        return length <= SCRATCH ? SCRATCHES.get() : new byte[length];
    }

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

    /** Whether the first bytes of a frame have arrived, but not all of it. */
    public boolean isInsideFrame() {
        return internalBuffer().isReadable();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        sink.failed(cause);
    }
}
