package io.bailiwick.router.realm;

import io.bailiwick.router.broker.PubSubSession;
import io.bailiwick.router.dealer.RpcSession;
import io.bailiwick.router.session.Member;

/**
 * A session that has joined: itself, and what broker and dealer hold for it.
 *
 * @param member the session in its realm
 * @param pubSub the session as the broker sees it
 * @param rpc the session as the dealer sees it
 */
record Seat(Member member, PubSubSession pubSub, RpcSession rpc) {

    /**
     * A seat for a session that joins.
     *
     * @throws io.bailiwick.router.message.ProtocolViolation when the roles it announced have the wrong shape
     */
    static Seat of(Member member) {
        return new Seat(member, new PubSubSession(member), new RpcSession(member));
    }
}
