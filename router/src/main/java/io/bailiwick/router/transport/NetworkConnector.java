package io.bailiwick.router.transport;

import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.transport.frame.Deflate;
import io.bailiwick.router.transport.frame.Subprotocol;
import io.bailiwick.router.transport.tls.ConnectorTls;
import io.bailiwick.router.transport.tls.TlsClient;
import io.bailiwick.router.transport.tls.TlsConnection;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Connects to one endpoint. */
final class NetworkConnector implements Connector, Network.Owner {
    private static final int CONNECT_MILLIS = 5_000;

    private final Network network;
    private final Endpoint endpoint;
    private final Subprotocol subprotocol;
    private final boolean compression;
    private final ConnectorTls tls;
    private final ListenerOptions.Limits limits;

    /**
     * A connector.
     *
     * @param subprotocol what to speak; RawSocket has no batches
     * @param compression whether to offer compression over WebSocket
     */
    NetworkConnector(
            Network network,
            Endpoint endpoint,
            Subprotocol subprotocol,
            boolean compression,
            ConnectorTls tls,
            ListenerOptions.Limits limits) {
        if (!endpoint.connects()) {
            throw new IllegalArgumentException(
                    "expected an endpoint to connect to (ws, wss, rs, rss or unix), but found " + endpoint);
        }
        if (!endpoint.isWebSocket() && (subprotocol.batched() || compression)) {
            throw new IllegalArgumentException(
                    "expected a WebSocket endpoint (ws or wss) for batches or compression, but found " + endpoint);
        }
        this.network = network;
        this.endpoint = endpoint;
        this.subprotocol = subprotocol;
        this.compression = compression;
        this.tls = tls;
        this.limits = limits;
    }

    @Override
    public CompletionStage<Link> connect(Link.Listener listener) {
        CompletableFuture<Link> link = new CompletableFuture<>();
        // Names and files are looked up on a thread of their own: a name server may take seconds, and a loop must not.
        try {
            network.lookups().execute(() -> {
                try {
                    TlsClient client = endpoint.isTls() ? TlsClient.open(tls) : null;
                    next(listener, link, client, addresses().iterator());
                } catch (IOException | RuntimeException e) {
                    fail(link, e);
                }
            });
        } catch (RuntimeException e) {
            fail(link, e);
        }
        return link;
    }

    @Override
    public void ended(Connection link) {
        network.forget(link);
    }

    private List<SocketAddress> addresses() throws IOException {
        if (endpoint.isUnix()) {
            return List.of(network.sockets().unix(Path.of(endpoint.path())));
        }
        try {
            return Arrays.stream(InetAddress.getAllByName(endpoint.host()))
                    .<SocketAddress>map(address -> new InetSocketAddress(address, endpoint.port()))
                    .toList();
        } catch (UnknownHostException e) {
            throw new IOException("unknown host " + endpoint.host(), e);
        }
    }

    /** Tries the next address; the others follow as long as none can be reached. */
    private void next(
            Link.Listener listener,
            CompletableFuture<Link> link,
            @Nullable TlsClient client,
            Iterator<SocketAddress> addresses) {
        SocketAddress address = addresses.next();
        boolean tcp = address instanceof InetSocketAddress;
        Bootstrap bootstrap = new Bootstrap()
                .group(network.loops())
                .channel(network.sockets().connecting(!tcp))
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        pipeline(channel, client, new Attempt(channel, listener, link));
                    }
                });
        if (tcp) {
            bootstrap.option(ChannelOption.TCP_NODELAY, true);
        }
        bootstrap.connect(address).addListener(end -> {
            if (end.cause() != null && addresses.hasNext()) {
                next(listener, link, client, addresses);
            } else if (end.cause() != null) {
                fail(link, end.cause());
            }
        });
    }

    private void pipeline(Channel channel, @Nullable TlsClient client, Attempt attempt) {
        ChannelPipeline pipeline = channel.pipeline();
        if (client != null) {
            pipeline.addLast(client.handler(endpoint.host(), endpoint.port(), limits.requestDeadline()));
        }
        if (endpoint.isWebSocket()) {
            pipeline.addLast(
                    new HttpClientCodec(), new WebSocketClientHandshake(attempt, endpoint, subprotocol, compression));
        } else {
            pipeline.addLast(new RawSocketHandshake.Client(attempt, subprotocol.format(), limits.maxMessage()));
        }
        pipeline.addLast(attempt);
    }

    private void fail(CompletableFuture<Link> link, Throwable cause) {
        Throwable reason = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        String text = reason.getMessage() == null ? reason.toString() : reason.getMessage();
        link.completeExceptionally(new IOException("cannot connect to " + endpoint + ": " + text, reason));
    }

    /**
     * A connection on its way to a link, and the last handler of its pipeline until then: whatever the handshake before it lets
     * through ends the attempt. On the channel's loop.
     */
    final class Attempt extends ChannelInboundHandlerAdapter {
        private final Channel channel;
        private final Link.Listener listener;
        private final CompletableFuture<Link> link;
        private @Nullable Future<?> deadline;
        private boolean over;

        Attempt(Channel channel, Link.Listener listener, CompletableFuture<Link> link) {
            this.channel = channel;
            this.listener = listener;
            this.link = link;
        }

        /** The connection is there: from now on the other end has a deadline. */
        @Override
        public void channelActive(ChannelHandlerContext context) {
            long millis = limits.requestDeadline().toMillis();
            deadline = channel.eventLoop()
                    .schedule(
                            () -> failed(new IOException(
                                    "expected the handshake to end within " + millis + " ms, but it did not")),
                            millis,
                            TimeUnit.MILLISECONDS);
        }

        boolean isOver() {
            return over;
        }

        void failed(Throwable cause) {
            if (!over) {
                end();
                fail(link, cause);
                Farewell.cut(channel);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            String expected = endpoint.isWebSocket() ? "an HTTP response" : "a RawSocket handshake";
            failed(new EOFException("expected " + expected + ", but found the end of the connection"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            failed(cause);
        }

        /** TLS tells in this way that it does not trust the other end. */
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
                failed(handshake.cause());
            }
        }

        void webSocket(Subprotocol agreed, Optional<Deflate> deflate) {
            open(Agreement.overWebSocket(Connection.Side.CLIENT, agreed, deflate, limits));
        }

        void rawSocket(int announced, int peerTakes) {
            open(Agreement.overRawSocket(subprotocol.format(), announced, peerTakes, limits));
        }

        private void open(Agreement agreement) {
            Connection connection = new Connection(channel, agreement, peer(), Connection.Side.CLIENT, limits);
            end();
            network.remember(connection);
            connection.start(listener, NetworkConnector.this);
            channel.pipeline().remove(this).addLast(connection.decoder());
            if (!link.complete(connection)) {
                // Whoever asked has given up in the meantime.
                connection.close();
            }
        }

        private void end() {
            over = true;
            if (deadline != null) {
                deadline.cancel(false);
            }
        }

        private Peer peer() {
            String address = Network.address(channel.remoteAddress(), endpoint);
            return new Peer(
                    "connector",
                    address,
                    Optional.of(subprotocol.format()),
                    endpoint.isTls(),
                    Optional.empty(),
                    TlsConnection.security(channel));
        }
    }
}
