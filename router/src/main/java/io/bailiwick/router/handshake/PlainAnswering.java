package io.bailiwick.router.handshake;

import io.bailiwick.router.credential.CraSecret;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import org.jspecify.annotations.Nullable;

/** Methods in which the client keeps nothing from one message to the next: ticket, WAMP-CRA, and those without a challenge. */
record PlainAnswering(Login login) implements Answering {
    @Override
    public String method() {
        if (login instanceof Login.Ticket) {
            return TicketExchange.METHOD;
        } else if (login instanceof Login.WampCra) {
            return "wampcra";
        } else if (login instanceof Login.ByConnection connection) {
            return connection.authmethod();
        }
        return Acceptor.ANONYMOUS;
    }

    @Override
    public Message.Authenticate answer(Dict extra, @Nullable String authid) throws RefusedException {
        if (login instanceof Login.Ticket ticket) {
            return new Message.Authenticate(ticket.ticket(), Dict.EMPTY);
        }
        if (login instanceof Login.WampCra cra) {
            return new Message.Authenticate(cra(cra, extra), Dict.EMPTY);
        }
        throw RefusedException.of(Uris.NO_MATCHING_AUTH_METHOD, "CHALLENGE: expected none, but found one");
    }

    private static String cra(Login.WampCra login, Dict extra) {
        String challenge = extra.text("challenge")
                .orElseThrow(() -> new ProtocolViolation("CHALLENGE.Extra.challenge", "a text", "none"));
        String salt = extra.textOrNull("salt");
        if (salt == null) {
            return CraSecret.answer(login.secret(), challenge);
        }
        try {
            CraSecret.Salting salting = new CraSecret.Salting(
                    salt,
                    bounded(extra.integer("iterations").orElse(CraSecret.DEFAULT_ITERATIONS)),
                    bounded(extra.integer("keylen").orElse(CraSecret.DEFAULT_KEYLEN)));
            return CraSecret.answer(salting.keyOf(login.secret()), challenge);
        } catch (IllegalArgumentException e) {
            throw new ProtocolViolation("CHALLENGE.Extra." + e.getMessage());
        }
    }

    private static int bounded(long number) {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, number));
    }
}
