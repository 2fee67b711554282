package io.bailiwick.router.session;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import org.jspecify.annotations.Nullable;

/**
 * A session in its realm, as broker and dealer need it: who it is, what it understands and may hold, and a way to send to it
 * that never fails, never waits and ends with the session.
 */
public final class Member {
    private final Session session;
    private final SessionDetails details;
    private final PayloadCodec payloads;
    private final Watch watch;
    private final RequestIds requests;
    private final boolean dropsEvents;
    private final boolean awaited;
    private Limits limits;

    /** How many of its subscriptions and registrations are wildcard patterns. */
    private int wildcards;

    /** Whether the last message found more waiting for the peer than it should. */
    private boolean behind;
    /** How many events it has missed since the last one that it got. */
    private long missed;

    private boolean gone;

    /**
     * What holds for a session.
     *
     * @param limits what it may hold
     * @param requests how strict its request ids are taken
     * @param slowReaders what is done when its peer does not read
     * @param awaited whether publishers wait for it
     */
    public record Terms(Limits limits, RequestIds.Order requests, SlowReaders slowReaders, boolean awaited) {
        /** Default limits, lenient ids. */
        public static final Terms DEFAULT = new Terms(Limits.DEFAULT, RequestIds.Order.LENIENT, SlowReaders.DEFAULT);

        /** Those of a session that nobody waits for. */
        public Terms(Limits limits, RequestIds.Order requests, SlowReaders slowReaders) {
            this(limits, requests, slowReaders, false);
        }
    }

    /** Hears how sending goes. */
    public interface Watch {
        /** The peer does not keep up: heard for each message that is sent to it all the same. */
        void slow(Member member);

        /** The peer did keep up until now, and does so no more. */
        default void fellBehind(Member member) {}

        /** An event was dropped, because the peer does not keep up. */
        default void dropped(Member member) {}

        /** A request of the session was answered with ERROR by the router. */
        default void refused(Member member, String error) {}

        /** The session did not take a message. Nothing more is sent to it. */
        void failed(Member member, Message message, RuntimeException failure);
    }

    /** A session of the realm itself, for which the default terms hold. */
    public Member(Session session, PayloadCodec payloads, Watch watch) {
        this(session, payloads, Terms.DEFAULT, watch);
    }

    /** A session that joins. */
    public Member(Session session, PayloadCodec payloads, Terms terms, Watch watch) {
        this.session = session;
        this.details = session.details();
        this.payloads = payloads;
        this.watch = watch;
        this.requests = new RequestIds(terms.requests());
        this.dropsEvents = terms.slowReaders().dropsEvents();
        this.awaited = terms.awaited();
        this.limits = terms.limits();
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

    /** The ids of its requests. */
    public RequestIds requests() {
        return requests;
    }

    /** What it may hold. */
    public Limits limits() {
        return limits;
    }

    /** From now on other limits hold. What it has beyond them it keeps. */
    public void limit(Limits other) {
        limits = other;
    }

    /** Why it may not have one pattern more; null when it may. */
    public @Nullable String patternExcess(MatchPolicy match) {
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

    /**
     * Sends, unless the session has left. A session that fails to take a message harms no other: it leaves. An event for a
     * peer that does not keep up is dropped where the realm says so; the next one that goes out tells of it.
     */
    public void send(Message message) {
        if (gone || (behind && drops(message))) {
            return;
        }
        try {
            if (session.send(missed > 0 ? told(message) : message)) {
                behind = false;
            } else {
                slow();
            }
        } catch (RuntimeException failure) {
            gone = true;
            watch.failed(this, message, failure);
        }
    }

    private boolean drops(Message message) {
        if (!dropsEvents || !(message instanceof Message.Event)) {
            return false;
        }
        behind = !session.keepsUp();
        if (behind) {
            missed++;
            watch.dropped(this);
        }
        return behind;
    }

    /** An event tells how many are missing before it. */
    private Message told(Message message) {
        if (!(message instanceof Message.Event event)) {
            return message;
        }
        Dict details = event.details().with(SlowReaders.DROPPED, missed);
        missed = 0;
        return new Message.Event(event.subscription(), event.publication(), details, event.payload());
    }

    private void slow() {
        boolean news = !behind;
        behind = true;
        watch.slow(this);
        if (news) {
            watch.fellBehind(this);
        }
    }

    /** Whether publishers wait for it while it is behind. */
    public boolean isAwaited() {
        return awaited;
    }

    /** Whether its peer did not keep up when the last message was sent, and does not now. */
    public boolean isBehind() {
        return behind && !session.keepsUp();
    }

    /** Answers a request with ERROR and a sentence. */
    public void refuse(int requestType, long request, String error, String text) {
        Payload payload = payloads.encode(PayloadCodec.Values.of(text));
        watch.refused(this, error);
        send(new Message.ErrorReply(requestType, request, Dict.EMPTY, error, payload));
    }

    /** From here on nothing is sent to it. */
    public void markGone() {
        gone = true;
    }

    /** Whether nothing is sent to it any more. */
    public boolean isGone() {
        return gone;
    }

    @Override
    public String toString() {
        return "session " + id() + " of " + details.authid();
    }
}
