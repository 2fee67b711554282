package io.bailiwick.router.transport.frame;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** Takes frames out of the bytes of a connection and hands them to it. Nothing is read after a violation. */
public abstract sealed class FrameDecoder extends ByteToMessageDecoder permits RawSocketDecoder, WebSocketDecoder {
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

    /** Whether the first bytes of a frame have arrived, but not all of it. */
    public boolean isInsideFrame() {
        return internalBuffer().isReadable();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        sink.failed(cause);
    }
}
