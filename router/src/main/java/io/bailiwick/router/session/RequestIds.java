package io.bailiwick.router.session;

import io.bailiwick.router.message.ProtocolViolation;

/**
 * The request ids of one session, which count all its requests of whatever type (WAMP, "IDs"). What repeats an id on purpose,
 * as a further part of a progressive call does, is no new request and is not shown here.
 */
public final class RequestIds {
    private static final long MAX_ID = 1L << 53;

    private final Rule rule;
    private long last;

    /** How exact a session has to be. */
    public enum Rule {
        /** 1, 2, 3 and so on; after 2^53 again 1. */
        STRICT,
        /** Any id, in any order, as older clients draw them. */
        LENIENT
    }

    /** No request has come yet. */
    public RequestIds(Rule rule) {
        this.rule = rule;
    }

    /**
     * A new request.
     *
     * @param place where its id stands, for example {@code CALL[1]}
     * @throws ProtocolViolation when it is not the turn of this id
     */
    public void next(String place, long id) {
        long expected = last == MAX_ID ? 1 : last + 1;
        if (rule == Rule.STRICT && id != expected) {
            throw new ProtocolViolation(place, "the request id " + expected, String.valueOf(id));
        }
        last = id;
    }
}
