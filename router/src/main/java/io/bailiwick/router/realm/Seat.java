package io.bailiwick.router.realm;

import io.bailiwick.router.broker.PubSubSession;
import io.bailiwick.router.dealer.RpcSession;
import io.bailiwick.router.pattern.LongMap;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Member;
import org.jspecify.annotations.Nullable;

/** A session that has joined: itself, what it may do, and what broker and dealer hold for it. */
final class Seat {
    private final Member member;
    private final PubSubSession pubSub;
    private final RpcSession rpc;
    private Authorizer rights;

    // What it was allowed before; null before the first.
    private @Nullable Granted calls;
    private @Nullable Granted publishes;

    /** Its requests that wait for a decision; null before the first. */
    @Nullable
    WaitingLine line;

    /** Its neighbours in the row in which all came; the {@link Roster} sees to them. */
    @Nullable
    Seat previous;

    @Nullable
    Seat next;

    /** The decisions beside its requests that are awaited for it. */
    int asides;

    private Seat(Member member, Authorizer rights, LongMap.Spares spares) {
        this.member = member;
        this.pubSub = new PubSubSession(member);
        this.rpc = new RpcSession(member, spares);
        this.rights = rights;
    }

    /**
     * A seat for a session that joins.
     *
     * @param rights what it may do
     * @param spares what its tables share with those of others
     * @throws io.bailiwick.router.message.ProtocolViolation when the roles it announced have the wrong shape
     */
    static Seat of(Member member, Authorizer rights, LongMap.Spares spares) {
        return new Seat(member, rights, spares);
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

    /** From now on other rights hold: what was granted by those before counts no more. */
    void govern(Authorizer other) {
        rights = other;
        calls = null;
        publishes = null;
    }

    /** What a rule that still holds has allowed before; null when that is not known. */
    @Nullable
    Permission granted(Action action, String uri) {
        Granted before = action == Action.CALL ? calls : publishes;
        return before == null ? null : before.find(uri);
    }

    /** A rule allows this, and no more is to be asked before it is {@linkplain #govern another one}. */
    void grant(Action action, String uri, Permission permission) {
        Granted before = action == Action.CALL ? calls : publishes;
        if (before != null) {
            before.keep(uri, permission);
        } else if (action == Action.CALL) {
            calls = new Granted(uri, permission);
        } else {
            publishes = new Granted(uri, permission);
        }
    }
}
