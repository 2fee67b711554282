package io.bailiwick.router.dealer;

/**
 * How a dealer behaves where WAMP leaves it a choice.
 *
 * @param progressWithoutCanceling whether a callee that announces progressive results but not call canceling is asked for
 *     progress; the specification says no, but callees of AutobahnJS are like that
 * @param defaultTimeout the timeout of calls that name none, in milliseconds; 0 for none
 * @param maximumTimeout the longest timeout of any call, in milliseconds, those included that name none, and those whose callee
 *     watches the timeout itself; 0 for no maximum
 * @param waitingCalls the most calls of a registration that wait for a callee with {@code concurrency} to have room
 * @param heldBytes the most bytes of payload that are held for one caller, for calls that wait or may go to another callee
 * @param evictsOthers whether {@code force_reregister} may remove callees of another authid or authrole too
 * @param takeoverPatience how long a callee is waited for that gives no sign of life, before another session of the same authid
 *     and authrole may have its registration, if neither is anonymous, in milliseconds; 0 if never
 */
public record DealerOptions(
        boolean progressWithoutCanceling,
        long defaultTimeout,
        long maximumTimeout,
        int waitingCalls,
        long heldBytes,
        boolean evictsOthers,
        long takeoverPatience) {
    /** Lenient towards the clients that are there, and strict with their rights. */
    public static final DealerOptions DEFAULT = new DealerOptions(true, 0, 0, 256, 4 << 20, false, 5_000);

    /** No timeout is longer, in milliseconds: some 35 years. A timer could not count further than this for sure. */
    private static final long FOR_EVER = 1L << 40;

    /** No number may be negative. */
    public DealerOptions {
        if (defaultTimeout < 0 || maximumTimeout < 0 || waitingCalls < 0 || heldBytes < 0 || takeoverPatience < 0) {
            throw new IllegalArgumentException("expected options of a dealer from 0, but found one below");
        }
    }

    /** These options with other timeouts. */
    public DealerOptions withTimeouts(long byDefault, long maximum) {
        return new DealerOptions(
                progressWithoutCanceling, byDefault, maximum, waitingCalls, heldBytes, evictsOthers, takeoverPatience);
    }

    /** These options with other bounds on what is held for calls. */
    public DealerOptions withBounds(int calls, long bytes) {
        return new DealerOptions(
                progressWithoutCanceling, defaultTimeout, maximumTimeout, calls, bytes, evictsOthers, takeoverPatience);
    }

    /** These options with another answer to {@code force_reregister}. */
    public DealerOptions withEvictionOfOthers(boolean allowed) {
        return new DealerOptions(
                progressWithoutCanceling,
                defaultTimeout,
                maximumTimeout,
                waitingCalls,
                heldBytes,
                allowed,
                takeoverPatience);
    }

    /** These options with another patience with silent callees. */
    public DealerOptions withTakeoverPatience(long millis) {
        return new DealerOptions(
                progressWithoutCanceling,
                defaultTimeout,
                maximumTimeout,
                waitingCalls,
                heldBytes,
                evictsOthers,
                millis);
    }

    /** The timeout of a call that asks for this one; 0 for none. */
    long timeout(long asked) {
        long timeout = asked == 0 ? defaultTimeout : asked;
        boolean tooLong = maximumTimeout > 0 && (timeout == 0 || timeout > maximumTimeout);
        return Math.min(tooLong ? maximumTimeout : timeout, FOR_EVER);
    }

    /** The longest timeout that there may be; 0 for no bound. */
    long longestTimeout() {
        return Math.min(maximumTimeout, FOR_EVER);
    }
}
