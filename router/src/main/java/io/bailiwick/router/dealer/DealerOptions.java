package io.bailiwick.router.dealer;

/**
 * How a dealer behaves where WAMP leaves it a choice.
 *
 * @param progressWithoutCanceling whether a callee that announces progressive results but not call canceling is asked for
 *     progress; the specification says no, but callees of AutobahnJS are like that
 */
public record DealerOptions(boolean progressWithoutCanceling) {
    /** Lenient towards the clients that are there. */
    public static final DealerOptions DEFAULT = new DealerOptions(true);
}
