package io.bailiwick.router.realm;

import io.bailiwick.router.message.Message;
import io.bailiwick.router.session.Timer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** The requests of one session that wait: one for a decision, and those that came after it for their turn. */
final class WaitingLine {
    /** What may wait before the peer is asked to wait too, in bytes; below half of it the peer may go on. */
    static final long MARK_BYTES = 64 << 10;
    /** What may wait before the session is ended, in bytes: more than arrives from a peer that was asked to wait. */
    static final long BOUND_BYTES = 8 << 20;

    private final Queue<Message.FromClient> behind = new ArrayDeque<>();
    private long bytes;
    private boolean peerWaits;
    private @Nullable First first;

    /** The one that is being decided on; the object stands for this decision and no other. */
    static final class First {
        private final Message.FromClient request;
        private Timer.@Nullable Timeout deadline;

        First(Message.FromClient request) {
            this.request = request;
        }

        Message.FromClient request() {
            return request;
        }

        void endsBy(Timer.Timeout timeout) {
            deadline = timeout;
        }
    }

    /** Puts a request in front of all others. */
    First decideOn(Message.FromClient request) {
        First deciding = new First(request);
        first = deciding;
        return deciding;
    }

    /** The request that is being decided on; null when none is. */
    @Nullable
    First first() {
        return first;
    }

    /** The first has been decided on. */
    void decided() {
        if (first != null && first.deadline != null) {
            first.deadline.cancel();
        }
        first = null;
    }

    /**
     * Whether a message has to wait. Answers to invocations do not: who waits for them is somebody else, perhaps the very
     * decision that this session waits for. WAMP gives no order between them and requests.
     */
    boolean holds(Message.FromClient message) {
        return first != null && !(message instanceof Message.Yield) && !(message instanceof Message.ErrorReply);
    }

    void add(Message.FromClient message) {
        behind.add(message);
        bytes += message.held();
    }

    /** The next whose turn it is; null when it is nobody's. */
    Message.@Nullable FromClient next() {
        Message.FromClient message = first == null ? behind.poll() : null;
        if (message != null) {
            bytes -= message.held();
        }
        return message;
    }

    boolean isTooLong() {
        return bytes > BOUND_BYTES;
    }

    /** Whether the peer should be told to wait now, and was not. */
    boolean stopsPeer() {
        boolean stop = !peerWaits && bytes > MARK_BYTES;
        peerWaits |= stop;
        return stop;
    }

    /** Whether the peer should be told to go on now, and was not. */
    boolean freesPeer() {
        boolean free = peerWaits && bytes < MARK_BYTES / 2;
        peerWaits &= !free;
        return free;
    }
}
