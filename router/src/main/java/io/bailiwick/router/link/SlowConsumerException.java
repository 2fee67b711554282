package io.bailiwick.router.link;

import java.io.IOException;

/** The link was cut because its peer did not read what waited for it ({@link Link.Listener#closed}). */
public final class SlowConsumerException extends IOException {
    private static final long serialVersionUID = 1L;

    private SlowConsumerException(String message) {
        super(message);
    }

    /**
     * A peer that was too slow.
     *
     * @param waiting bytes that waited for it
     * @param bound bytes that may wait
     */
    public SlowConsumerException(long waiting, long bound) {
        this("expected at most " + bound + " bytes waiting for the peer, but found " + waiting);
    }

    /** A peer for whom more was to wait when too much waited for all. */
    static SlowConsumerException together(long waiting, long bound) {
        return new SlowConsumerException("expected at most " + bound
                + " bytes waiting for all peers together, but found more, and " + waiting + " for this one");
    }
}
