package io.bailiwick.router.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** Takes frames out of the bytes of a connection and hands them to it. Nothing is read after a violation. */
abstract sealed class FrameDecoder extends ByteToMessageDecoder permits RawSocketDecoder, WebSocketDecoder {
    final Connection connection;

    FrameDecoder(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) throws Exception {
        connection.heard();
        super.channelRead(context, bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if (connection.isPaused()) {
            // Netty's decoder would ask for more, for it has passed nothing on.
            discardSomeReadBytes();
            context.fireChannelReadComplete();
        } else {
            super.channelReadComplete(context);
        }
    }

    @Override
    protected final void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (connection.isDeaf()) {
            in.skipBytes(in.readableBytes());
        } else {
            frame(in);
        }
    }

    /** Handles the next frame, or reads nothing when it has not arrived as a whole. */
    abstract void frame(ByteBuf in);

    /** Whether the first bytes of a frame have arrived, but not all of it. */
    final boolean isInsideFrame() {
        return internalBuffer().isReadable();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        connection.failed(cause);
    }
}
