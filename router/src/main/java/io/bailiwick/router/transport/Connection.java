package io.bailiwick.router.transport;

import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.link.QueueBudget;
import io.bailiwick.router.link.SlowConsumerException;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.transport.frame.Allowance;
import io.bailiwick.router.transport.frame.CloseCode;
import io.bailiwick.router.transport.frame.FrameDecoder;
import io.bailiwick.router.transport.frame.FrameSink;
import io.bailiwick.router.transport.frame.Framing;
import io.bailiwick.router.transport.frame.RawSocketDecoder;
import io.bailiwick.router.transport.frame.Serializer;
import io.bailiwick.router.transport.frame.WebSocketDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network link, from the end of the transport's handshake on. {@code send} and {@code close} are for any thread; all else
 * runs on the channel's loop, and so does the listener.
 *
 * <p>Before the session is open a message of the peer may have {@code maxUnauthenticatedMessage} bytes; sending WELCOME
 * lifts that, and a client has no such bound. After a violation nothing is read any more; a listener that has not closed
 * the link within {@code closeDeadline} after it was told is spared the trouble.
 */
final class Connection implements Link, FrameSink, Serializer.Receiver, ChannelFutureListener {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    private final Channel channel;
    private final Framing framing;
    private final Peer peer;
    private final Side side;
    private final ListenerOptions.Limits limits;
    private final Allowance allowance;
    private final Serializer serializer;
    private final Outbox outbox;
    private final FrameDecoder decoder;
    private final Heartbeat heartbeat;

    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile @Nullable Throwable cause;

    // Of the channel's loop only.
    /** Takes whole messages instead of those who read them as WAMP. */
    private @Nullable Intake diversion;

    private @Nullable Listener listener;
    private Network.@Nullable Owner owner;
    private @Nullable Future<?> closeTimer;
    private boolean deaf;
    private boolean peerSaidClose;
    private boolean peerPings;
    private boolean delivered;
    private boolean ended;
    private boolean paused;
    private int closeCode = CloseCode.NORMAL;

    /** Which end of the connection this is. */
    enum Side {
        SERVER,
        CLIENT
    }

    /** A link over a channel whose handshake is over. */
    Connection(Channel channel, Agreement agreement, Peer peer, Side side, ListenerOptions.Limits limits) {
        this.channel = channel;
        this.framing = agreement.framing();
        this.serializer = agreement.serializer();
        this.peer = peer;
        this.side = side;
        this.limits = limits;
        this.allowance =
                new Allowance(agreement.inboundLimit(), limits.maxUnauthenticatedMessage(), side == Side.CLIENT);
        this.outbox = new Outbox(channel, agreement, limits);
        this.heartbeat = new Heartbeat(this, limits.pingInterval());
        this.decoder = framing instanceof Framing.WebSocket agreed
                ? new WebSocketDecoder(
                        this, side == Side.SERVER, agreed.deflate().isPresent())
                : new RawSocketDecoder(this);
    }

    /** Begins to work; the decoder is in the pipeline, or will be before anything is read. */
    void start(Listener takes, Network.Owner madeBy) {
        listener = takes;
        owner = madeBy;
        channel.closeFuture().addListener(this);
        heartbeat.start();
    }

    FrameDecoder decoder() {
        return decoder;
    }

    Channel channel() {
        return channel;
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public boolean send(Message message) {
        if (closing.get() || !channel.isOpen()) {
            return false;
        }
        boolean queued =
                message instanceof Message.Welcome ? allowance.admit(() -> outbox.send(message)) : outbox.send(message);
        return wasQueued(queued) && outbox.isBelowMark();
    }

    @Override
    public boolean keepsUp() {
        return outbox.isBelowMark();
    }

    @Override
    public void limit(int messageBytes) {
        allowance.narrow(messageBytes);
    }

    @Override
    public void bound(int queueBytes, QueueBudget together) {
        outbox.room().narrow(queueBytes, together);
    }

    @Override
    public void renew() {
        allowance.renew();
        outbox.room().widen();
    }

    /** Sends a message of the transport, whatever stands in it: the way out that belongs to {@link #divert}. */
    void sendUnread(boolean text, byte[] bytes) {
        int room = framing.headerRoom();
        ByteBuf buffer = channel.alloc().directBuffer(room + bytes.length).writerIndex(room);
        wasQueued(outbox.offer(buffer.writeBytes(bytes), text ? Piece.Kind.TEXT : Piece.Kind.BINARY));
    }

    private boolean wasQueued(boolean queued) {
        if (!queued) {
            cutOff(outbox.room().excess(outbox.waiting()));
        }
        return queued;
    }

    /** Ends a connection whose peer does not read what waits for it. */
    private void cutOff(SlowConsumerException why) {
        if (closing.compareAndSet(false, true)) {
            cause = why;
            execute(() -> Farewell.cut(channel));
        }
    }

    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            execute(this::shut);
        }
    }

    @Override
    public void reading(boolean wanted) {
        execute(() -> {
            // Whoever closes reads on: the peer's last words and its end are still to come.
            if (!ended && !closing.get()) {
                pause(!wanted);
            }
        });
    }

    @Override
    public BooleanSupplier probe() {
        long asked = System.nanoTime();
        execute(() -> {
            if (paused || !ping()) {
                heartbeat.heard();
            }
        });
        return () -> heartbeat.heardSince(asked);
    }

    private void pause(boolean now) {
        paused = now;
        if (!now) {
            // It could not be heard meanwhile: its silence counts from here.
            heartbeat.heard();
        }
        channel.config().setAutoRead(!now);
    }

    /** Whether nothing is read from the peer now, because the listener has enough. */
    @Override
    public boolean isPaused() {
        return paused;
    }

    private void execute(Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("{}: the network is closed", peer.address());
        }
    }

    /** Writes what waits and the last words, then ends the connection in the way of its transport. */
    private void shut() {
        if (ended) {
            return;
        }
        if (paused) {
            pause(false);
        }
        outbox.depart();
        String reason = cause instanceof ProtocolViolation violation ? String.valueOf(violation.getMessage()) : "";
        ChannelFuture written = channel.writeAndFlush(framing.close(channel.alloc(), closeCode, reason));
        closeTimer = later(this::cutAfterClose);
        written.addListener(end -> {
            delivered = end.isSuccess();
            if (delivered) {
                afterLastWords();
            }
        });
    }

    private void afterLastWords() {
        if (framing instanceof Framing.RawSocket || (deaf && !peerSaidClose)) {
            Farewell.closeOurHalf(channel);
        } else if (peerSaidClose && side == Side.SERVER) {
            channel.close();
        }
        // Else the peer's close frame is awaited, or as a client the end of the connection (RFC 6455, section 7.1.1).
    }

    private void cutAfterClose() {
        if (!delivered && cause == null) {
            cause = new IOException("expected the peer to read what was sent before the close within "
                    + limits.closeDeadline().toMillis() + " ms, but it did not");
        }
        Farewell.cut(channel);
    }

    private Future<?> later(Runnable task) {
        return channel.eventLoop().schedule(task, limits.closeDeadline().toNanos(), TimeUnit.NANOSECONDS);
    }

    // What the decoder tells.

    /** Whole messages go here instead of being read as WAMP, for tests of the transport alone. Before the first arrives. */
    void divert(Intake other) {
        diversion = other;
    }

    /** A batch as a whole may have what a message may have, with the mark of one. */
    @Override
    public int inboundLimit() {
        return allowance.now() + serializer.overhead();
    }

    @Override
    public boolean isDeaf() {
        return deaf;
    }

    @Override
    public void heard() {
        heartbeat.heard();
    }

    @Override
    public boolean takes(boolean text) {
        return diversion == null ? text == serializer.format().isText() : diversion.takes(text);
    }

    /** The reader of JSON does. But what stands first in a batch is delivered before all of it was looked at. */
    @Override
    public boolean checksText() {
        return diversion == null && serializer.maxTogether() == 1;
    }

    @Override
    public void received(boolean text, byte[] bytes, int from, int to) {
        if (diversion != null && !closing.get()) {
            diversion.message(text, bytes, from, to);
        } else if (!closing.get() && !ended) {
            serializer.read(bytes, from, to, allowance.now(), this);
        }
    }

    /** A message of WAMP, unless one in front of it in the same batch has ended it all. */
    @Override
    public void received(Message message) {
        if (!closing.get()) {
            try {
                listener().received(message);
            } catch (RuntimeException e) {
                listenerFailed(e);
            }
        }
    }

    @Override
    public void pinged(byte[] payload) {
        peerPings = true;
        if (closing.get()) {
            return;
        }
        if (!allowance.isAdmitted() && outbox.waiting() > limits.maxUnauthenticatedMessage()) {
            // A stranger who pings and does not read must not make us keep more than one message of his.
            cutOff(new SlowConsumerException(outbox.waiting(), limits.maxUnauthenticatedMessage()));
        } else {
            wasQueued(outbox.offer(framing.pong(channel.alloc(), payload), Piece.Kind.FRAME));
        }
    }

    /** The peer broke the rules of the transport or of WAMP. */
    @Override
    public void violated(int code, ProtocolViolation violation) {
        if (deaf) {
            return;
        }
        deaf = true;
        closeCode = code;
        if (closing.get()) {
            if (delivered) {
                Farewell.closeOurHalf(channel);
            }
            return;
        }
        cause = violation;
        try {
            listener().violated(violation);
        } catch (RuntimeException e) {
            listenerFailed(e);
        }
        later(this::close);
    }

    @Override
    public void closeReceived(int code) {
        deaf = true;
        peerSaidClose = true;
        boolean ordinary = code == CloseCode.NORMAL || code == CloseCode.GOING_AWAY || code == CloseCode.NONE;
        if (closing.compareAndSet(false, true)) {
            cause = ordinary ? null : new IOException("the peer closed with WebSocket code " + code);
            closeCode = code == CloseCode.NONE ? CloseCode.NORMAL : code;
            shut();
        } else if (delivered && side == Side.SERVER) {
            channel.close();
        }
    }

    @Override
    public void failed(Throwable failure) {
        Throwable reason =
                failure instanceof DecoderException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause == null && !closing.get()) {
            cause = reason;
        }
        Farewell.cut(channel);
    }

    // What the heartbeat wants.

    /** Sends a ping, unless the peer would not understand it. */
    boolean ping() {
        boolean understood = framing instanceof Framing.WebSocket || side == Side.CLIENT || peerPings;
        if (understood && !closing.get()) {
            wasQueued(outbox.offer(framing.ping(channel.alloc(), new byte[] {'p', 'i', 'n', 'g'}), Piece.Kind.FRAME));
        }
        return understood;
    }

    void peerIsSilent(Duration silence) {
        if (cause == null) {
            cause = new IOException(
                    "expected an answer to two pings, but found " + silence.toMillis() + " ms of silence");
        }
        closing.set(true);
        Farewell.cut(channel);
    }

    // What the listener is told.

    private void listenerFailed(RuntimeException failure) {
        log.error("{}: the listener failed; the link is closed", peer.address(), failure);
        deaf = true;
        closeCode = CloseCode.INTERNAL_ERROR;
        if (cause == null) {
            cause = failure;
        }
        close();
    }

    /** The connection is gone. */
    @Override
    public void operationComplete(ChannelFuture end) {
        ended = true;
        heartbeat.stop();
        outbox.room().end();
        if (closeTimer != null) {
            closeTimer.cancel(false);
        }
        boolean closedByUs = closing.getAndSet(true);
        Throwable why = cause == null && !closedByUs ? decoder.suddenEnd() : cause;
        // First: who hears of the end may connect again at once, where one more would be too many.
        Objects.requireNonNull(owner).ended(this);
        try {
            listener().closed(why);
        } catch (RuntimeException e) {
            log.error("{}: the listener failed at the end of the link", peer.address(), e);
        }
    }

    private Listener listener() {
        if (listener == null) {
            throw new IllegalStateException("expected a link that was started, but found one that was not");
        }
        return listener;
    }
}
