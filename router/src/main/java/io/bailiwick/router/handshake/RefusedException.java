package io.bailiwick.router.handshake;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;

/** A handshake cannot go on; says with which ABORT it ends. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Message.Abort abort;

    private RefusedException(String reason, Dict details) {
        super(reason);
        this.abort = new Message.Abort(details, reason);
    }

    /** Refused with a sentence for {@code ABORT.Details.message}. */
    static RefusedException of(String reason, String message) {
        return new RefusedException(reason, Dict.of("message", message));
    }

    /** Refused with an error token of RFC 5802 beside the sentence. */
    static RefusedException ofScram(String reason, String message, String token) {
        return new RefusedException(reason, Dict.of("message", message, "scram", token));
    }

    /** Refused for a channel binding that is not there. */
    static String noBinding(String type) {
        return "HELLO.Details.authextra.channel_binding: expected none, for this connection provides none, but found "
                + (type.length() > 20 ? "another text" : type);
    }

    Step.Refuse step() {
        return new Step.Refuse(abort);
    }
}
