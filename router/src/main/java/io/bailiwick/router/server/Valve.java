package io.bailiwick.router.server;

import io.bailiwick.router.link.Link;

/** Whether a link is read from: not while somebody has a reason against it. Safe on any thread. */
final class Valve {
    private final Link link;
    private boolean released;
    /** A bit for each reason. */
    private int reasons;

    /** Why a peer has to wait. */
    enum Reason {
        /** More of it waits for the realm than may. */
        BACKLOG(1),
        /** It has sent more than its rate. */
        RATE(2),
        /** What it has sent waits for somebody's decision. */
        DECISION(4);

        private final int bit;

        Reason(int bit) {
            this.bit = bit;
        }
    }

    /** The link is read from. */
    Valve(Link link) {
        this.link = link;
    }

    /** Reading stops, if it has not already. */
    synchronized void close(Reason reason) {
        if (released) {
            return;
        }
        if (reasons == 0) {
            link.reading(false);
        }
        reasons |= reason.bit;
    }

    /** The session is over: the link is read from, and nobody here has a say any more. */
    synchronized void release() {
        released = true;
        if (reasons != 0) {
            reasons = 0;
            link.reading(true);
        }
    }

    /** This reason is gone; with the last one reading goes on. */
    synchronized void open(Reason reason) {
        boolean last = reasons == reason.bit;
        reasons &= ~reason.bit;
        if (last) {
            link.reading(true);
        }
    }
}
