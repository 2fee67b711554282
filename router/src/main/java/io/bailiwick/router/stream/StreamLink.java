package io.bailiwick.router.stream;

import io.bailiwick.router.codec.Codec;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.link.SlowConsumerException;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link over a socket whose handshake is over. {@link #send} and {@link #close} are for any thread; all else, the listener too,
 * runs on the one thread that {@linkplain #serve serves} it.
 */
final class StreamLink implements Link {
    /** Octets of one message, both ways. */
    static final int MAX_MESSAGE = 1 << 20;

    /** Octets that wait from which {@link #send} is false. */
    private static final int MARK = 1 << 20;
    /** Octets that wait beyond which the link is cut. */
    private static final int BOUND = 4 << 20;

    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Logger LOG = LoggerFactory.getLogger(StreamLink.class);

    private final Codec codec;
    private final int outboundLimit;
    private final SelectionKey key;
    private final SocketChannel channel;
    private final Listener listener;
    private final Peer peer;
    private final Outgoing out = new Outgoing();
    private final Incoming in = new Incoming(MAX_MESSAGE);
    private final Thread thread = Thread.currentThread();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final AtomicBoolean closing = new AtomicBoolean();
    /** When a close that was asked for has taken long enough. */
    private volatile long deadline;

    private volatile boolean reading = true;
    private volatile boolean cut;
    private volatile @Nullable Throwable cause;

    // Of the thread only.
    private boolean said;
    private boolean deaf;

    /** A link that is to be {@linkplain #serve served} by this thread. */
    StreamLink(String address, Format format, int outboundLimit, SelectionKey key, Listener listener) {
        this.codec = Codec.of(format);
        this.outboundLimit = outboundLimit;
        this.key = key;
        this.channel = (SocketChannel) key.channel();
        this.listener = listener;
        this.peer = new Peer("connector", address, Optional.of(format), false);
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public boolean send(Message message) {
        if (closing.get()) {
            return false;
        }
        return keptUp(out.add(codec, message, outboundLimit));
    }

    private boolean keptUp(int waiting) {
        if (waiting > BOUND) {
            cutOff(new SlowConsumerException(waiting, BOUND));
        }
        wake();
        return waiting < MARK;
    }

    @Override
    public boolean keepsUp() {
        return out.waiting() < MARK;
    }

    @Override
    public void reading(boolean wanted) {
        reading = wanted;
        wake();
    }

    @Override
    public void close() {
        if (!closing.get()) {
            deadline = System.nanoTime() + CLOSE_NANOS;
            closing.set(true);
        }
        wake();
    }

    /** Ends it at once, whatever waits. */
    void cut() {
        closing.set(true);
        cut = true;
        wake();
    }

    private void cutOff(Throwable why) {
        if (closing.compareAndSet(false, true)) {
            cause = why;
            cut = true;
        }
    }

    private void wake() {
        if (Thread.currentThread() != thread && woken.compareAndSet(false, true)) {
            key.selector().wakeup();
        }
    }

    // ---- the thread

    /** Serves the link until its end. */
    void serve() {
        try {
            while (pass()) {
                key.selector().select(patience());
                key.selector().selectedKeys().clear();
                woken.set(false);
            }
        } catch (IOException | RuntimeException e) {
            if (closing.compareAndSet(false, true)) {
                cause = e;
            }
        }
        closing.set(true);
        try {
            channel.close();
            listener.closed(cause);
        } catch (IOException | RuntimeException e) {
            LOG.error("{}: the listener failed at the end of the link", peer.address(), e);
        }
    }

    /** In milliseconds; 0 for ever. */
    private long patience() {
        if (!closing.get()) {
            return 0;
        }
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
    }

    /** Reads and writes what there is; whether there will be more. */
    private boolean pass() throws IOException {
        if ((reading || closing.get()) && !in.readFrom(channel)) {
            frames();
            boolean sudden = closing.compareAndSet(false, true) && in.isInsideFrame();
            if (sudden) {
                cause = new EOFException("expected the rest of a frame, but found the end of the connection");
            }
            return false;
        }
        frames();
        // Asked first: what was sent before the close waits by then, and goes out before the end is said.
        boolean closes = closing.get();
        boolean all = said || out.writeTo(channel);
        if (closes) {
            if (all && !said) {
                said = true;
                channel.shutdownOutput();
            }
            if (cut || System.nanoTime() - deadline > 0) {
                if (!said && cause == null && !cut) {
                    cause = new IOException("expected the peer to read what was sent before the close within "
                            + TimeUnit.NANOSECONDS.toMillis(CLOSE_NANOS) + " ms, but it did not");
                }
                return false;
            }
        }
        key.interestOps((reading || closing.get() ? SelectionKey.OP_READ : 0) | (all ? 0 : SelectionKey.OP_WRITE));
        return true;
    }

    private void frames() {
        if (deaf || closing.get()) {
            // Only the end is still of interest.
            in.skip();
            return;
        }
        try {
            in.take(this::frame);
        } catch (ProtocolViolation violation) {
            deaf = true;
            cause = violation;
            told(() -> listener.violated(violation));
            close();
        }
    }

    private void frame(int type, byte[] bytes, int from, int to) {
        if (closing.get()) {
            return;
        }
        if (type == Incoming.MESSAGE) {
            Message message = codec.read(bytes, from, to);
            told(() -> listener.received(message));
        } else if (type == Incoming.PING) {
            keptUp(out.add(Incoming.PONG, Arrays.copyOfRange(bytes, from, to)));
        }
    }

    private void told(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException e) {
            LOG.error("{}: the listener failed; the link is closed", peer.address(), e);
            if (closing.compareAndSet(false, true)) {
                cause = e;
                deadline = System.nanoTime() + CLOSE_NANOS;
            }
        }
    }
}
