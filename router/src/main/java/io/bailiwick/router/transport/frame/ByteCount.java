package io.bailiwick.router.transport.frame;

import io.bailiwick.router.link.Traffic;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/** Counts the bytes of connections, at the socket's end of their pipelines. */
@ChannelHandler.Sharable
public final class ByteCount extends ChannelDuplexHandler {
    private final Traffic traffic;

    /** Tells what passes to whoever counts it. */
    public ByteCount(Traffic traffic) {
        this.traffic = traffic;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            traffic.read(bytes.readableBytes());
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            traffic.written(bytes.readableBytes());
        }
        context.write(message, promise);
    }
}
