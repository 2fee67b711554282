package io.bailiwick.router.session;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import org.jspecify.annotations.Nullable;

/**
 * A session in its realm, as broker and dealer need it: who it is, what it understands, and a way to send to it that never
 * fails and ends with the session.
 */
public final class Member {
    private final Session session;
    private final SessionDetails details;
    private final PayloadCodec payloads;
    private final Watch watch;

    /** How many of its subscriptions and registrations are wildcard patterns. */
    private int wildcards;

    private boolean gone;

    /** Hears how sending goes. */
    public interface Watch {
        /** The peer does not keep up. */
        void slow(Member member);

        /** The session did not take a message. Nothing more is sent to it. */
        void failed(Member member, Message message, RuntimeException failure);
    }

    /** A session that joins. */
    public Member(Session session, PayloadCodec payloads, Watch watch) {
        this.session = session;
        this.details = session.details();
        this.payloads = payloads;
        this.watch = watch;
    }

    /** The session itself. */
    public Session session() {
        return session;
    }

    /** Who it is. */
    public SessionDetails details() {
        return details;
    }

    /** Its session id. */
    public long id() {
        return details.session();
    }

    /** Why it may not have one pattern more; null when it may. */
    public @Nullable String patternExcess(MatchPolicy match, Limits limits) {
        boolean full = match == MatchPolicy.WILDCARD && wildcards >= limits.wildcards();
        return full ? Limits.excess(limits.wildcards(), "wildcard patterns") : null;
    }

    /** It holds one subscription or registration more. */
    public void addPattern(MatchPolicy match) {
        wildcards += match == MatchPolicy.WILDCARD ? 1 : 0;
    }

    /** It holds one subscription or registration less. */
    public void removePattern(MatchPolicy match) {
        wildcards -= match == MatchPolicy.WILDCARD ? 1 : 0;
    }

    /** Sends, unless the session has left. A session that fails to take a message harms no other: it leaves. */
    public void send(Message message) {
        if (gone) {
            return;
        }
        try {
            if (!session.send(message)) {
                watch.slow(this);
            }
        } catch (RuntimeException failure) {
            gone = true;
            watch.failed(this, message, failure);
        }
    }

    /** Answers a request with ERROR and a sentence. */
    public void refuse(int requestType, long request, String error, String text) {
        Payload payload = payloads.encode(PayloadCodec.Values.of(text));
        send(new Message.ErrorReply(requestType, request, Dict.EMPTY, error, payload));
    }

    /** From here on nothing is sent to it. */
    public void markGone() {
        gone = true;
    }

    @Override
    public String toString() {
        return "session " + id() + " of " + details.authid();
    }
}
