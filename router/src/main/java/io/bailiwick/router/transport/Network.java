package io.bailiwick.router.transport;

import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.LinkAcceptor;
import io.bailiwick.router.link.Loop;
import io.bailiwick.router.link.Traffic;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.transport.frame.Subprotocol;
import io.bailiwick.router.transport.socket.NetworkOptions;
import io.bailiwick.router.transport.socket.Sockets;
import io.bailiwick.router.transport.tls.ConnectorTls;
import io.bailiwick.router.transport.tls.TlsServer;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;

/** The event loops of this process, and what listens and connects on them. */
public final class Network implements AutoCloseable {
    private static final long CLOSE_MILLIS = 1_500;
    /** Threads that may wait for a name server at a time. */
    private static final int LOOKUPS = 4;

    static {
        // Netty tells the flight recorder of each buffer, and starts the recorder for that: half a second of each
        // start.
        // Who wants to record says so.
        if (System.getProperty("io.netty.jfr.enabled") == null) {
            System.setProperty("io.netty.jfr.enabled", "false");
        }
    }

    private final Sockets sockets;
    private final EventLoopGroup loops;
    private final List<EventExecutor> each;
    private final AtomicInteger turns = new AtomicInteger();
    private final ExecutorService lookups =
            Executors.newFixedThreadPool(LOOKUPS, new DefaultThreadFactory("bailiwick-lookup", true));
    private final Set<BoundListener> listeners = ConcurrentHashMap.newKeySet();
    /** Many: without an object for each. */
    private final Set<Connection> connections =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    /** Accepted, and not links: not yet, or because they speak HTTP. */
    private final Set<Channel> arrivals = ConcurrentHashMap.newKeySet();

    private volatile boolean closing;

    private Network(int threads, Sockets sockets) {
        this.sockets = sockets;
        this.loops = new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("bailiwick-loop", true), sockets.handlers());
        this.each = StreamSupport.stream(loops.spliterator(), false).toList();
    }

    /**
     * Starts event loops, on daemon threads named {@code bailiwick-loop-...}.
     *
     * @throws IOException when the transport that was asked for cannot be had here, and why
     */
    public static Network open(NetworkOptions options) throws IOException {
        return new Network(options.loops(Runtime.getRuntime().availableProcessors()), Sockets.of(options.transport()));
    }

    /**
     * The same with Java's own sockets, for those who connect seldom and are to start quickly.
     *
     * @param threads how many event loops
     */
    public static Network open(int threads) {
        return new Network(threads, Sockets.plain());
    }

    /**
     * Listens.
     *
     * @return the listener, bound
     * @throws IOException naming the address and the reason (address in use, no such file, no certificate)
     */
    public Listening listen(ListenerOptions options, LinkAcceptor acceptor) throws IOException {
        return listen(options, acceptor, Traffic.NONE);
    }

    /** As {@link #listen(ListenerOptions, LinkAcceptor)}, and counts what passes. */
    public Listening listen(ListenerOptions options, LinkAcceptor acceptor, Traffic traffic) throws IOException {
        BoundListener listener = new BoundListener(this, options, acceptor, traffic);
        listeners.add(listener);
        return listener;
    }

    /**
     * A way to reach a router, with the default limits.
     *
     * @param endpoint scheme ws, wss, rs, rss or unix
     * @param format the format to speak
     * @param trust for wss and rss: a PEM file of the certificates to trust, empty for those of the JDK; the host name is
     *     always checked
     */
    public Connector connector(Endpoint endpoint, Format format, Optional<Path> trust) {
        return connector(endpoint, format, trust, ListenerOptions.Limits.DEFAULT);
    }

    /** As {@link #connector(Endpoint, Format, Optional)}, with other bounds and deadlines. */
    public Connector connector(Endpoint endpoint, Format format, Optional<Path> trust, ListenerOptions.Limits limits) {
        return connector(endpoint, new Subprotocol(format, false), false, ConnectorTls.trusting(trust), limits);
    }

    /**
     * As {@link #connector(Endpoint, Format, Optional)}, with all that can be said of TLS, and with what only WebSockets
     * have.
     *
     * @param subprotocol what to speak; batched over ws and wss only
     * @param compression whether to offer permessage-deflate; over ws and wss only
     */
    public Connector connector(
            Endpoint endpoint,
            Subprotocol subprotocol,
            boolean compression,
            ConnectorTls tls,
            ListenerOptions.Limits limits) {
        return new NetworkConnector(this, endpoint, subprotocol, compression, tls, limits);
    }

    /** One of the event loops, by turns: the one thread of a realm, and its timer. Nothing on it may block. */
    public Loop loop() {
        // By turns of their own: one of these for each connection, and of two loops connections would have the same one
        // always.
        return new NettyLoop(each.get(Math.floorMod(turns.getAndIncrement(), each.size())));
    }

    /** All event loops: whoever wants to know whether they still run asks each of them. */
    public List<Executor> allLoops() {
        return List.copyOf(each);
    }

    /** Closes all listeners and connections, then ends the threads; waits at most three seconds. */
    @Override
    public void close() {
        closing = true;
        List.copyOf(listeners).forEach(BoundListener::close);
        // A loop that ends closes what it has, but for what came in its last pass (Netty, with no quiet period).
        arrivals.forEach(Channel::close);
        List<Connection> open = connections();
        open.forEach(Connection::close);
        lookups.shutdownNow();
        boolean onLoop = each.stream().anyMatch(EventExecutor::inEventLoop);
        if (!onLoop) {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
            for (Connection connection : open) {
                connection
                        .channel()
                        .closeFuture()
                        .awaitUninterruptibly(Math.max(0, end - System.nanoTime()) / 1_000_000);
            }
        }
        loops.shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        if (!onLoop) {
            loops.terminationFuture().awaitUninterruptibly(CLOSE_MILLIS);
        }
    }

    private List<Connection> connections() {
        synchronized (connections) {
            return List.copyOf(connections);
        }
    }

    /** What kind of sockets all are. */
    Sockets sockets() {
        return sockets;
    }

    EventLoopGroup loops() {
        return loops;
    }

    Executor lookups() {
        return lookups;
    }

    /** A connection has come in: it has {@linkplain #arrived ended}, or becomes a {@linkplain #remember link}, one day. */
    void arrives(Channel accepted) {
        arrivals.add(accepted);
        if (closing) {
            accepted.close();
        }
    }

    /** A connection has ended that had become no link. */
    void arrived(Channel accepted) {
        arrivals.remove(accepted);
    }

    /** A link is there, until it is {@linkplain #forget(Connection) forgotten}. */
    void remember(Connection connection) {
        connections.add(connection);
        arrivals.remove(connection.channel());
    }

    void forget(Connection connection) {
        connections.remove(connection);
    }

    void forget(BoundListener listener) {
        listeners.remove(listener);
    }

    /**
     * Lets the kernel watch a TCP peer with the rhythm of the pings: the only way to notice that a silent RawSocket peer
     * has vanished which may not know pings.
     */
    static void watch(Channel channel, Duration interval) {
        long seconds = interval.toSeconds();
        if (seconds > 0 && channel.remoteAddress() instanceof InetSocketAddress) {
            Sockets.of(channel).watch(channel, (int) seconds, (int) (seconds + 1) / 2, 2);
        }
    }

    /** The other end as text; the file of a unix socket, since its clients have no address. */
    static String address(SocketAddress remote, Endpoint endpoint) {
        return remote instanceof InetSocketAddress tcp
                ? "tcp:" + NetUtil.toSocketAddressString(tcp)
                : "unix:" + endpoint.path();
    }

    /** Who has made a link, and keeps count of it. */
    interface Owner {
        /** The connection has ended; the listener of the link hears it next. On the channel's loop. */
        void ended(Connection link);
    }

    /** A bound listener. */
    public interface Listening extends AutoCloseable {
        /** Where it listens, with the port it got. */
        Endpoint endpoint();

        /** How it behaves. */
        ListenerOptions options();

        /**
         * Makes ready to go on with what these options say of limits, compression and TLS, for connections from now on
         * ({@link ListenerOptions#changed}). The files of the certificates are read, whether they are other ones or not.
         *
         * @return does it, and cannot fail
         * @throws IOException naming the file that cannot be used, and why; nothing has changed
         */
        Runnable prepare(ListenerOptions other) throws IOException;

        /** Whether it still takes connections. */
        boolean isOpen();

        /**
         * Reads the files of the certificates anew, for handshakes from now on; open connections keep theirs. A listener
         * without TLS does nothing. (A changed file is noticed without this as well, when a connection comes in.)
         *
         * @throws IOException naming the file that cannot be used, and why; the certificates in use stay
         */
        void reloadCertificate() throws IOException;

        /** The certificates that new handshakes use, and until when they are valid; none without TLS. */
        List<TlsServer.Validity> certificates();

        /** Takes no new connections any more; those that are open stay. */
        @Override
        void close();
    }
}
