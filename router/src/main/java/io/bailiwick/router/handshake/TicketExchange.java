package io.bailiwick.router.handshake;

import io.bailiwick.router.credential.TicketHash;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;

/** A ticket: the client sends it as it is, so the connection should be encrypted. */
record TicketExchange(TicketHash ticket) implements Exchange {
    static final String METHOD = "ticket";
    static final Message.Challenge CHALLENGE = new Message.Challenge(METHOD, Dict.EMPTY);

    @Override
    public Message.Challenge challenge() {
        return CHALLENGE;
    }

    @Override
    public Verdict check(Message.Authenticate answer) {
        return Verdict.of(ticket.matches(answer.signature()));
    }
}
