package io.bailiwick.router.client.session;

import io.bailiwick.router.message.Message;

/** What joining ends with when the router says no. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Message.Abort abort;

    /** A refusal. */
    public RefusedException(Message.Abort abort) {
        super(abort.reason());
        this.abort = abort;
    }

    /** The router's ABORT, or what it said instead. */
    public Message.Abort abort() {
        return abort;
    }
}
