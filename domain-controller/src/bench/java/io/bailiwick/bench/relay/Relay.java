package io.bailiwick.bench.relay;

import io.bailiwick.router.transport.socket.NetworkOptions.Transport;
import io.bailiwick.router.transport.socket.Sockets;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;

/**
 * {@code Relay TRANSPORT FRAMING}: listens on a free port of the loopback, prints {@code port N} and {@code READY}, and relays
 * until its standard input ends.
 *
 * <p>TRANSPORT is {@code auto}, {@code nio} or {@code epoll}, as for the router. FRAMING is {@code length} (four octets of length before each message, the
 * floor of RawSocket) or {@code websocket} (binary messages, Netty's own codec). Each frame is taken apart, cut to the length
 * that a router would pass on, and written anew, and all that one wake-up brought for a peer is flushed once.
 */
public final class Relay {
    private static final int MAX_MESSAGE = 1 << 25;
    /** Bytes that wait for a reader until it gets no more. */
    private static final WriteBufferWaterMark PATIENCE = new WriteBufferWaterMark(1 << 22, 1 << 24);

    private Relay() {}

    /** The process. */
    public static void main(String[] args) throws Exception {
        Sockets sockets = Sockets.of(Transport.valueOf(args[0].toUpperCase(Locale.ROOT)));
        boolean webSocket = args[1].equals("websocket");
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, sockets.handlers());
        Switchboard switchboard = new Switchboard(loop.next());
        Channel channel = new ServerBootstrap()
                .group(loop)
                .channel(sockets.listening(false))
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, PATIENCE)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        pipeline(accepted, webSocket, switchboard);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
        System.out.println("port " + ((InetSocketAddress) channel.localAddress()).getPort());
        System.out.println("READY");
        while (System.in.read() >= 0) {
            // Whoever started this may say anything; only the end counts.
        }
        loop.shutdownGracefully();
    }

    private static void pipeline(Channel accepted, boolean webSocket, Switchboard switchboard) {
        if (webSocket) {
            accepted.pipeline()
                    .addLast(
                            new HttpServerCodec(),
                            new HttpObjectAggregator(8192),
                            new WebSocketServerProtocolHandler("/ws", null, false, MAX_MESSAGE));
        } else {
            accepted.pipeline().addLast(new LengthFieldBasedFrameDecoder(MAX_MESSAGE, 0, 4));
        }
        accepted.pipeline().addLast(new Member(switchboard, webSocket));
    }
}
