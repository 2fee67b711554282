package io.bailiwick.router.session;

/**
 * The request ids of one session. WAMP has one sequence for all request types of a direction: 1, 2, 3 and so on, and 1
 * again after 2^53 ("IDs"). Many clients have never kept to it, so a realm chooses how strict it is.
 */
public final class RequestIds {
    private static final long MAX = 1L << 53;

    private final Order order;
    private long last;

    /** What a session may choose as the id of its next request. */
    public enum Order {
        /** The next of the sequence and nothing else. */
        STRICT,
        /** Any id that does not belong to a request which is still open. */
        LENIENT
    }

    /** The ids of a session that has sent no request yet. */
    public RequestIds(Order order) {
        this.order = order;
    }

    /**
     * Takes the id of a new request. A message that goes on with an open call has no new id, and does not come here.
     *
     * @return whether it may have this id; a lenient sequence takes every one, as it does not know which are open
     */
    public boolean accept(long id) {
        if (order == Order.STRICT && id != next()) {
            return false;
        }
        last = order == Order.STRICT ? id : Math.max(last, id);
        return true;
    }

    /** The next id of the sequence: the only one that {@link Order#STRICT} accepts. */
    public long next() {
        return last == MAX ? 1 : last + 1;
    }

    /** The watermark: the id of the latest request when strict, the highest seen when lenient; 0 before the first. */
    public long last() {
        return last;
    }

    /** How strict this sequence is. */
    public Order order() {
        return order;
    }
}
