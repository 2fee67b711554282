package io.bailiwick.router.stream;

import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Format;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Connects to a router on this machine over RawSocket (WAMP, "RawSocket Transport"): by a unix socket, or by TCP without
 * encryption. Each link has a daemon thread of its own. It sends no pings, for on one machine the end of a process ends its
 * connections; it answers those of the router.
 */
public final class StreamConnector implements Connector, AutoCloseable {
    private static final int MAGIC = 0x7f;
    private static final int HANDSHAKE_LENGTH = 4;
    private static final long HANDSHAKE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String name;
    private final SocketAddress address;
    private final Format format;
    private final Set<StreamLink> links = ConcurrentHashMap.newKeySet();

    private StreamConnector(String name, SocketAddress address, Format format) {
        this.name = name;
        this.address = address;
        this.format = format;
    }

    /** Connects to the unix socket of this path. */
    public static StreamConnector unix(Path path, Format format) {
        return new StreamConnector("unix:" + path, UnixDomainSocketAddress.of(path), format);
    }

    /** Connects to a port; the name of the host is looked up when this is called. */
    public static StreamConnector tcp(String host, int port, Format format) {
        return new StreamConnector("tcp:" + host + ":" + port, new InetSocketAddress(host, port), format);
    }

    @Override
    public CompletionStage<Link> connect(Link.Listener listener) {
        CompletableFuture<Link> opened = new CompletableFuture<>();
        Thread thread = new Thread(() -> run(listener, opened), "bailiwick-stream");
        thread.setDaemon(true);
        thread.start();
        return opened;
    }

    /** Cuts all links that are still open. Returns at once. */
    @Override
    public void close() {
        links.forEach(StreamLink::cut);
    }

    private void run(Link.Listener listener, CompletableFuture<Link> opened) {
        try (SocketChannel channel = SocketChannel.open(address);
                Selector selector = Selector.open()) {
            if (address instanceof InetSocketAddress) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            int peerTakes = handshake(channel, selector);
            StreamLink link = new StreamLink(name, format, Math.min(peerTakes, StreamLink.MAX_MESSAGE), key, listener);
            links.add(link);
            try {
                if (!opened.complete(link)) {
                    // Whoever asked has given up in the meantime.
                    link.close();
                }
                link.serve();
            } finally {
                links.remove(link);
            }
        } catch (IOException | RuntimeException e) {
            // Without effect where the link was open: its listener has been told.
            opened.completeExceptionally(new IOException("cannot connect to " + name + ": " + e.getMessage(), e));
        }
    }

    /** Sends four octets and reads four: how large a message the router takes. */
    private int handshake(SocketChannel channel, Selector selector) throws IOException {
        int takes = lengthCode(StreamLink.MAX_MESSAGE) << 4 | format.rawSocketSerializer();
        channel.write(ByteBuffer.wrap(new byte[] {MAGIC, (byte) takes, 0, 0}));
        ByteBuffer reply = ByteBuffer.allocate(HANDSHAKE_LENGTH);
        long end = System.nanoTime() + HANDSHAKE_NANOS;
        while (reply.hasRemaining()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new IOException("expected the handshake to end within 5000 ms, but it did not");
            }
            selector.select(left);
            selector.selectedKeys().clear();
            if (channel.read(reply) < 0) {
                throw new EOFException("expected a RawSocket handshake, but found the end of the connection");
            }
        }
        int octets = reply.getInt(0);
        int low = octets >>> 16 & 0x0f;
        int high = octets >>> 20 & 0x0f;
        if (octets >>> 24 != MAGIC || (octets & 0xffff) != 0) {
            throw new IOException("expected a RawSocket handshake, but found other octets");
        } else if (low == 0) {
            throw new IOException("expected a RawSocket handshake, but found error " + high);
        } else if (low != format.rawSocketSerializer()) {
            throw new IOException("expected serializer " + format.rawSocketSerializer() + ", but found " + low);
        }
        return 1 << (9 + high);
    }

    /** The L of 2^(9+L). */
    private static int lengthCode(int maxMessage) {
        return 31 - Integer.numberOfLeadingZeros(maxMessage) - 9;
    }
}
