package io.bailiwick.router.server;

import io.bailiwick.router.link.Link;
import java.util.EnumSet;
import java.util.Set;

/** Whether a link is read from: not while somebody has a reason against it. Safe on any thread. */
final class Valve {
    private final Link link;
    private boolean released;
    private final Set<Reason> reasons = EnumSet.noneOf(Reason.class);

    /** Why a peer has to wait. */
    enum Reason {
        /** More of it waits for the realm than may. */
        BACKLOG,
        /** It has sent more than its rate. */
        RATE,
        /** What it has sent waits for somebody's decision. */
        DECISION
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
        if (reasons.isEmpty()) {
            link.reading(false);
        }
        reasons.add(reason);
    }

    /** The session is over: the link is read from, and nobody here has a say any more. */
    synchronized void release() {
        released = true;
        if (!reasons.isEmpty()) {
            reasons.clear();
            link.reading(true);
        }
    }

    /** This reason is gone; with the last one reading goes on. */
    synchronized void open(Reason reason) {
        if (reasons.remove(reason) && reasons.isEmpty()) {
            link.reading(true);
        }
    }
}
