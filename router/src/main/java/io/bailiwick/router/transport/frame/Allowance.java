package io.bailiwick.router.transport.frame;

import java.util.function.BooleanSupplier;

/**
 * How many bytes one WAMP message of the peer may have: of a stranger few, of one who is admitted as many as were agreed upon,
 * or fewer if his session has a bound of its own. Any thread.
 */
public final class Allowance {
    private final int agreed;
    private final int ofStrangers;
    private final boolean fromTheStart;
    private volatile boolean admitted;
    private volatile int ofSession;

    /**
     * The allowance of a new connection.
     *
     * @param agreed what the transport's handshake has allowed
     * @param ofStrangers what a peer may send before it is admitted
     * @param fromTheStart whether the peer is admitted already, as a server is by its client
     */
    public Allowance(int agreed, int ofStrangers, boolean fromTheStart) {
        this.agreed = agreed;
        this.ofStrangers = Math.min(agreed, ofStrangers);
        this.fromTheStart = fromTheStart;
        this.admitted = fromTheStart;
        this.ofSession = agreed;
    }

    /**
     * The peer has a session from now on, unless it cannot be told. It is admitted first, for it may answer at once.
     *
     * @param telling tells the peer, and whether it could
     * @return whether it was told
     */
    public boolean admit(BooleanSupplier telling) {
        boolean told = false;
        admitted = true;
        try {
            told = telling.getAsBoolean();
        } finally {
            if (!told) {
                renew();
            }
        }
        return told;
    }

    /** Whether the peer has a session. */
    public boolean isAdmitted() {
        return admitted;
    }

    /** The session has this bound. */
    public void narrow(int bytes) {
        ofSession = Math.min(agreed, bytes);
    }

    /** The session is over, and the connection is as it was in the beginning. */
    public void renew() {
        admitted = fromTheStart;
        ofSession = agreed;
    }

    /** Bytes of one message that the peer may send now. */
    public int now() {
        return admitted ? ofSession : ofStrangers;
    }
}
