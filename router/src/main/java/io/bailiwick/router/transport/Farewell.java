package io.bailiwick.router.transport;

import io.bailiwick.router.transport.tls.TlsConnection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The ends that a connection can have. All on the channel's loop. */
final class Farewell {
    private Farewell() {}

    /**
     * Closes our half once the last bytes are written and waits for the peer to close the other: closing both at once while
     * bytes of the peer are unread would make the kernel throw away what we said last.
     *
     * @param written the end of the last write
     * @param deadline when the connection is cut, whatever the peer does
     */
    static void after(ChannelFuture written, Duration deadline) {
        Channel channel = written.channel();
        channel.eventLoop().schedule(() -> cut(channel), deadline.toNanos(), TimeUnit.NANOSECONDS);
        written.addListener(end -> {
            if (end.isSuccess()) {
                closeOurHalf(channel);
            } else {
                cut(channel);
            }
        });
    }

    /** Tells the peer that no more will come. */
    static void closeOurHalf(Channel channel) {
        TlsConnection.closeOutbound(channel).addListener(end -> shutOutput(channel));
    }

    private static void shutOutput(Channel channel) {
        if (channel.isActive()) {
            ((DuplexChannel) channel).shutdownOutput();
        }
    }

    /**
     * Closes at once. From the head of the pipeline, since a handler on the way (TLS) would first want to write its last
     * words behind what the peer does not read.
     */
    static void cut(Channel channel) {
        ChannelHandlerContext head = channel.pipeline().firstContext();
        if (head == null) {
            channel.close();
        } else {
            head.close();
        }
    }
}
