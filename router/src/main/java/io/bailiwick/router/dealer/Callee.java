package io.bailiwick.router.dealer;

import io.bailiwick.router.message.Dict;
import org.jspecify.annotations.Nullable;

/** A session as one of the callees of a registration, and what it asked for when it registered. */
final class Callee {
    private final RpcSession session;
    private final boolean discloseCaller;
    private final boolean forwardTimeout;
    /** The most calls it works on at a time, or {@link Long#MAX_VALUE}. */
    private final long concurrency;

    /** How many calls of this registration it works on. */
    private int running;

    /**
     * A callee by the options of its REGISTER.
     *
     * @throws io.bailiwick.router.message.ProtocolViolation when one has the wrong type
     */
    Callee(RpcSession session, Dict options) {
        this.session = session;
        this.discloseCaller = options.flag("disclose_caller", false);
        this.forwardTimeout = options.flag("forward_timeout", false) && session.understandsTimeouts();
        this.concurrency = options.integer("concurrency").orElse(Long.MAX_VALUE);
    }

    /** What is wrong with what it asked for; null when nothing is. */
    @Nullable
    String fault() {
        return concurrency >= 1 ? null : "expected concurrency 1 or more, but found " + concurrency;
    }

    RpcSession session() {
        return session;
    }

    /** Whether it wants to know who calls. */
    boolean wantsCaller() {
        return discloseCaller;
    }

    /** Whether it watches the timeouts of its calls itself. */
    boolean keepsTime() {
        return forwardTimeout;
    }

    /** Whether it could work on one call more. */
    boolean hasRoom() {
        return running < concurrency;
    }

    int running() {
        return running;
    }

    /** Whether it understands this call and has not been tried for it. */
    boolean mayTake(PendingCall call) {
        return session.understands(call) && !call.hasTried(session);
    }

    /** Whether it can be given this call now. */
    boolean takes(PendingCall call) {
        return hasRoom() && mayTake(call);
    }

    void begins() {
        running++;
    }

    void isDone() {
        running--;
    }
}
