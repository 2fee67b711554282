package io.bailiwick.router.transport;

import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.LinkAcceptor;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.link.Traffic;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.transport.frame.ByteCount;
import io.bailiwick.router.transport.frame.Deflate;
import io.bailiwick.router.transport.frame.Subprotocol;
import io.bailiwick.router.transport.frame.WebSocketDecoder;
import io.bailiwick.router.transport.http.HttpHost;
import io.bailiwick.router.transport.http.HttpSide;
import io.bailiwick.router.transport.socket.Sockets;
import io.bailiwick.router.transport.tls.TlsConnection;
import io.bailiwick.router.transport.tls.TlsServer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bound listener, and how a connection gets from accept to a link. */
final class BoundListener implements Network.Listening, Network.Owner {
    private static final Logger log = LoggerFactory.getLogger(BoundListener.class);

    private static final int BACKLOG = 1_024;
    /** How often one connection is read from before it is the turn of others. */
    private static final int READS = 16;
    /** How many connections above the limit are told so; further ones are just closed. */
    private static final int TOLD = 64;

    /** The sizes of what is read into, which each connection learns by itself: Netty's own choice, but one for all of them. */
    private static final RecvByteBufAllocator RECEIVING = new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(READS);

    private final Network network;
    private final LinkAcceptor acceptor;
    private final Traffic traffic;
    private final ByteCount count;
    private final Visitors visitors;
    private final HttpSide http;
    private final @Nullable UnixSocketFile socketFile;
    private final AtomicInteger connections = new AtomicInteger();
    private final Channel channel;
    private final Endpoint endpoint;
    private volatile ListenerOptions options;
    private volatile @Nullable TlsServer tls;

    /**
     * Binds.
     *
     * @throws IOException naming the address and the reason
     */
    BoundListener(Network network, ListenerOptions options, LinkAcceptor acceptor, Traffic traffic) throws IOException {
        this.network = network;
        this.options = options;
        this.acceptor = acceptor;
        this.traffic = traffic;
        this.count = new ByteCount(traffic);
        this.visitors = new Visitors(options.limits().perAddress(), traffic);
        this.http = new HttpSide(new Host(), options.http());
        Endpoint wanted = options.endpoint();
        UnixSocketFile file = null;
        Channel bound = null;
        try {
            this.tls = open(options);
            file = wanted.isUnix() ? UnixSocketFile.prepare(Path.of(wanted.path())) : null;
            bound = bind(file == null ? address(wanted) : network.sockets().unix(file.nursery()));
            if (file != null) {
                file.publish();
            }
        } catch (IOException e) {
            if (bound != null) {
                bound.close();
            }
            if (file != null) {
                file.remove();
            }
            throw new IOException(
                    "listener " + options.name() + ": cannot listen on " + wanted + ": " + e.getMessage(), e);
        }
        this.channel = bound;
        this.socketFile = file;
        this.endpoint = file == null ? wanted.withPort(((InetSocketAddress) channel.localAddress()).getPort()) : wanted;
        log.info("listener {}: listening on {}", options.name(), endpoint);
    }

    private static InetSocketAddress address(Endpoint endpoint) throws IOException {
        InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
        if (address.isUnresolved()) {
            throw new IOException("unknown host " + endpoint.host());
        }
        return address;
    }

    private Channel bind(SocketAddress address) throws IOException {
        boolean tcp = address instanceof InetSocketAddress;
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(network.loops())
                .channel(network.sockets().listening(!tcp))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, RECEIVING)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        accepted(accepted);
                    }
                });
        if (tcp) {
            bootstrap.option(ChannelOption.SO_REUSEADDR, true).childOption(ChannelOption.TCP_NODELAY, true);
        }
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw cause instanceof IOException failure ? failure : new IOException(cause);
        }
        return bound.channel();
    }

    private void accepted(Channel accepted) {
        int number = connections.incrementAndGet();
        traffic.opened(Traffic.Kind.CONNECTION);
        ListenerOptions now = options;
        TlsServer encryption = tls;
        int most = now.limits().maxConnections();
        if (number > most) {
            traffic.refused(Traffic.Refusal.CONNECTIONS);
        }
        if (number > most + TOLD || !visitors.comes(accepted.remoteAddress())) {
            accepted.closeFuture().addListener(end -> left());
            accepted.close();
            return;
        }
        accepted.pipeline().addLast(count);
        Arrival arrival = new Arrival(accepted, now, number > most);
        if (encryption != null) {
            accepted.pipeline().addLast(encryption.handler(now.limits().requestDeadline()));
        }
        accepted.pipeline()
                .addLast(new RawSocketHandshake.Server(arrival, !now.endpoint().isUnix()));
    }

    private void left() {
        connections.decrementAndGet();
        traffic.closed(Traffic.Kind.CONNECTION);
    }

    private void left(Channel accepted) {
        left();
        visitors.left(accepted.remoteAddress());
    }

    private static Traffic.Kind kind(Connection link) {
        return link.decoder() instanceof WebSocketDecoder ? Traffic.Kind.WEBSOCKET : Traffic.Kind.RAWSOCKET;
    }

    /** A link is over, and its connection with it. */
    @Override
    public void ended(Connection link) {
        left(link.channel());
        traffic.closed(kind(link));
        network.forget(link);
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public ListenerOptions options() {
        return options;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public Runnable prepare(ListenerOptions other) throws IOException {
        ListenerOptions next = options.changed(other);
        TlsServer encryption = open(next);
        return () -> {
            visitors.change(next.limits().perAddress());
            tls = encryption;
            options = next;
            log.info("listener {}: new connections go by what was read again", next.name());
        };
    }

    private static @Nullable TlsServer open(ListenerOptions options) throws IOException {
        return options.tls().isPresent()
                ? TlsServer.open(options.name(), options.tls().get())
                : null;
    }

    @Override
    public void reloadCertificate() throws IOException {
        TlsServer encryption = tls;
        if (encryption != null) {
            encryption.reload();
        }
    }

    @Override
    public List<TlsServer.Validity> certificates() {
        TlsServer encryption = tls;
        return encryption == null ? List.of() : encryption.certificates();
    }

    @Override
    public void close() {
        network.forget(this);
        channel.close();
        http.close();
        if (socketFile != null) {
            socketFile.remove();
        }
        if (!channel.eventLoop().inEventLoop()) {
            channel.closeFuture().awaitUninterruptibly();
        }
    }

    /** A connection on its way from accept to a link, of which nothing stays then. On the channel's loop. */
    final class Arrival implements HttpHost.Arrival, ChannelFutureListener {
        private final Channel accepted;
        /** As they were when it came. */
        private final ListenerOptions options;

        private final boolean oneTooMany;
        /** Gone as soon as it cannot be missed any more: connections last long. */
        private @Nullable Future<?> deadline;

        private Runnable onDeadline;
        private boolean over;

        Arrival(Channel accepted, ListenerOptions options, boolean oneTooMany) {
            this.accepted = accepted;
            this.options = options;
            this.oneTooMany = oneTooMany;
            this.onDeadline = () -> {
                traffic.refused(Traffic.Refusal.DEADLINE);
                cut("expected the handshake in time, but it did not end");
            };
            this.deadline = accepted.eventLoop()
                    .schedule(this::tooLate, limits().requestDeadline().toNanos(), TimeUnit.NANOSECONDS);
            accepted.closeFuture().addListener(this);
            network.arrives(accepted);
        }

        /** The connection has ended without having become a link. */
        @Override
        public void operationComplete(ChannelFuture end) {
            left(accepted);
            network.arrived(accepted);
            settled();
        }

        ListenerOptions.Limits limits() {
            return options.limits();
        }

        private void tooLate() {
            onDeadline.run();
        }

        @Override
        public void onDeadline(Runnable answer) {
            onDeadline = answer;
        }

        @Override
        public void settled() {
            onDeadline = () -> {};
            if (deadline != null) {
                deadline.cancel(false);
                deadline = null;
            }
        }

        @Override
        public boolean isTls() {
            return options.endpoint().isTls();
        }

        @Override
        public Optional<Runnable> anotherLink() {
            SocketAddress from = accepted.remoteAddress();
            return visitors.comes(from) ? Optional.of(() -> visitors.left(from)) : Optional.empty();
        }

        @Override
        public void upgrade(
                ChannelHandlerContext context, HttpRequest request, HttpHost.Visitor visitor, Runnable leave) {
            new WebSocketUpgrade(this, visitor, leave).answer(context, request);
        }

        @Override
        public boolean isOneTooMany() {
            return oneTooMany;
        }

        /** Whether it was decided what becomes of the connection: nothing more is to be read for that. */
        @Override
        public boolean isOver() {
            return over;
        }

        @Override
        public void cut(String reason) {
            over = true;
            log.debug("listener {}: {} is closed: {}", options.name(), address(), reason);
            Farewell.cut(accepted);
        }

        @Override
        public void refuse(Object lastWord, String reason) {
            over = true;
            log.debug("listener {}: {} is refused: {}", options.name(), address(), reason);
            Farewell.after(accepted.writeAndFlush(lastWord), limits().closeDeadline());
        }

        boolean servesRawSocket() {
            return options.endpoint().isUnix() || !options.http().onlyHttp();
        }

        /** HTTP comes, and not RawSocket. */
        void http(ChannelPipeline pipeline) {
            http.begin(pipeline, this);
        }

        /** Whether compression may be agreed upon. */
        boolean mayCompress() {
            return options.compression();
        }

        void webSocket(Subprotocol subprotocol, Optional<Deflate> deflate, Optional<String> cookie) {
            link(
                    Agreement.overWebSocket(Connection.Side.SERVER, subprotocol, deflate, limits()),
                    peer(Optional.of(subprotocol.format()), cookie));
        }

        void rawSocket(Format format, int announced, int peerTakes) {
            link(
                    Agreement.overRawSocket(format, announced, peerTakes, limits()),
                    peer(Optional.of(format), Optional.empty()));
        }

        private void link(Agreement agreement, Peer peer) {
            over = true;
            settled();
            if (!accepted.isOpen()) {
                // The peer has left before it could be answered.
                return;
            }
            Connection connection = new Connection(accepted, agreement, peer, Connection.Side.SERVER, limits());
            Link.Listener listener;
            try {
                listener = acceptor.accept(connection);
            } catch (RuntimeException e) {
                log.error("listener {}: {} is closed, since it found no acceptance", options.name(), address(), e);
                Farewell.cut(accepted);
                return;
            }
            traffic.opened(kind(connection));
            network.remember(connection);
            accepted.closeFuture().removeListener(this);
            connection.start(listener, BoundListener.this);
            accepted.pipeline().addLast(connection.decoder());
        }

        @Override
        public Peer peer(Optional<Format> format, Optional<String> cookie) {
            Peer peer = new Peer(options.name(), address(), format, isTls(), cookie, TlsConnection.security(accepted));
            return options.endpoint().isUnix() ? peer.of(Sockets.of(accepted).user(accepted)) : peer;
        }

        private String address() {
            return Network.address(accepted.remoteAddress(), options.endpoint());
        }
    }

    /** This listener, as its HTTP side sees it. */
    private final class Host implements HttpHost {
        @Override
        public String webSocketPath() {
            return options.webSocketPath();
        }

        @Override
        public LinkBounds bounds() {
            ListenerOptions.Limits limits = options.limits();
            return new LinkBounds(
                    limits.maxMessage(),
                    limits.maxUnauthenticatedMessage(),
                    limits.queueMark(),
                    limits.queueBound(),
                    limits.closeDeadline());
        }

        @Override
        public Link.Listener accept(Link link) {
            return acceptor.accept(link);
        }

        @Override
        public ScheduledExecutorService loop() {
            return network.loop();
        }

        @Override
        public Traffic traffic() {
            return traffic;
        }
    }
}
