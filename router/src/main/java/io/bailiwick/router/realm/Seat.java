package io.bailiwick.router.realm;

import io.bailiwick.router.broker.PubSubSession;
import io.bailiwick.router.dealer.RpcSession;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.Member;
import org.jspecify.annotations.Nullable;

/** A session that has joined: itself, what it may do, and what broker and dealer hold for it. */
final class Seat {
    private final Member member;
    private final PubSubSession pubSub;
    private final RpcSession rpc;
    private Authorizer rights;

    /** Its requests that wait for a decision; null before the first. */
    @Nullable
    WaitingLine line;

    /** The decisions beside its requests that are awaited for it. */
    int asides;

    private Seat(Member member, Authorizer rights) {
        this.member = member;
        this.pubSub = new PubSubSession(member);
        this.rpc = new RpcSession(member);
        this.rights = rights;
    }

    /**
     * A seat for a session that joins.
     *
     * @param rights what it may do
     * @throws io.bailiwick.router.message.ProtocolViolation when the roles it announced have the wrong shape
     */
    static Seat of(Member member, Authorizer rights) {
        return new Seat(member, rights);
    }

    /** The session in its realm. */
    Member member() {
        return member;
    }

    /** The session as the broker sees it. */
    PubSubSession pubSub() {
        return pubSub;
    }

    /** The session as the dealer sees it. */
    RpcSession rpc() {
        return rpc;
    }

    /** What it may do. */
    Authorizer rights() {
        return rights;
    }

    /** From now on other rights hold. */
    void govern(Authorizer other) {
        rights = other;
    }
}
