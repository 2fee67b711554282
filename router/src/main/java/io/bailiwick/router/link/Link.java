package io.bailiwick.router.link;

import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * This end of a connection that carries messages, in order, to a peer. What the peer sends arrives at a
 * {@link Listener}. All methods may be called from any thread and return at once.
 */
public interface Link {

    /**
     * Sends a message. It is encoded before this method returns, so a payload that is a view need not be kept by the
     * caller. A message to a closed link is dropped.
     *
     * @return whether the peer keeps up; false when the outbound queue is above its mark, which a sender of events may
     *     answer by dropping. A queue above its hard bound closes the link ({@link Listener#closed} tells why).
     */
    boolean send(Message message);

    /** Whether the peer keeps up now: the outbound queue is below the mark at which {@link #send} answers false. */
    default boolean keepsUp() {
        return true;
    }

    /**
     * Lets the peer send smaller messages only than its listener takes, from its WELCOME on. A network link does it; a link
     * inside the process has no bound for one message.
     *
     * @param messageBytes the most bytes of a message; without effect when more than the listener takes
     */
    default void limit(int messageBytes) {}

    /**
     * Lets less wait for the peer than its transport does, from now on. A message that waits alone is always taken.
     *
     * @param queueBytes the most bytes that may wait; without effect when more than the transport lets wait. The mark at which
     *     {@link #send} answers false falls in proportion
     * @param together what may wait for this peer and others together
     */
    default void bound(int queueBytes, QueueBudget together) {}

    /**
     * The session on this link is over, and another one may begin: what {@link #limit} and {@link #bound} have set holds no
     * more, and until the next WELCOME the peer is a stranger again.
     */
    default void renew() {}

    /** Delivers what was sent, then closes. A peer that does not read is cut off after a bounded time. */
    void close();

    /**
     * Asks the transport to stop reading from the peer, or to go on; messages that are on their way may still arrive. A
     * network link does it, so that the peer has to wait; at a link inside the process what was sent waits, and too much of
     * it cuts the link.
     */
    default void reading(boolean wanted) {}

    /**
     * Asks the peer for a sign of life, where the transport knows how to.
     *
     * @return tells, whenever it is asked, whether the peer has been heard since then. It is always true where the peer cannot
     *     be asked, or cannot be heard now because it is not read from
     */
    default BooleanSupplier probe() {
        return () -> true;
    }

    /** Who is at the other end, as far as the transport knows. */
    Peer peer();

    /** Takes what arrives over a link; called in order and never by two threads at once. */
    interface Listener {
        /** A message arrived. Its payload may be a view that ends when this method returns: {@link Message#keep()}. */
        void received(Message message);

        /** Bytes arrived that are not a WAMP message. No further message follows; the listener may answer and close. */
        void violated(ProtocolViolation violation);

        /**
         * The link is gone; called exactly once, last.
         *
         * @param cause why, or null when it was closed in the ordinary way by either end
         */
        void closed(@Nullable Throwable cause);
    }
}
