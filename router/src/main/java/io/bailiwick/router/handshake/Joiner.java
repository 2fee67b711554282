package io.bailiwick.router.handshake;

import io.bailiwick.router.cryptosign.Challenge;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one handshake: says HELLO, answers one cryptosign CHALLENGE, ends joined or refused.
 *
 * <p>Not safe for several threads at once. Knows no time: whoever feeds it owns the deadline.
 */
public final class Joiner {
    private static final long MAX_ID = 1L << 53;

    private enum State {
        NEW,
        GREETED,
        ANSWERED,
        ENDED
    }

    /**
     * What a client says of itself, and what it expects of the router.
     *
     * @param realm the realm wanted, or null to be assigned one
     * @param authid the identity wanted, or null
     * @param authrole the role wanted, or null
     * @param key the key to prove, or null to ask for {@code anonymous}
     * @param authextra more for {@code HELLO.Details.authextra} ({@code pubkey} and {@code challenge} are added)
     * @param agent name and version, for {@code HELLO.Details.agent}
     * @param roles {@code HELLO.Details.roles}: the client roles with their features
     * @param routerKey the key that the router must prove, or null to trust the connection
     */
    public record Introduction(
            @Nullable String realm,
            @Nullable String authid,
            @Nullable String authrole,
            @Nullable SigningKey key,
            Dict authextra,
            String agent,
            Dict roles,
            @Nullable PublicKey routerKey) {

        /** Checks that a router is asked for a proof only where there is a way to give it. */
        public Introduction {
            if (routerKey != null && key == null) {
                throw new IllegalArgumentException(
                        "expected a key of the client where the router is to prove one, but found none");
            }
        }
    }

    private final Introduction introduction;
    private final Challenge forRouter = Challenge.issue();
    private State state = State.NEW;

    /** A handshake that has not begun. */
    public Joiner(Introduction introduction) {
        this.introduction = introduction;
    }

    /**
     * The first step: send HELLO.
     *
     * @throws IllegalStateException when it has been taken already
     */
    public Step start() {
        if (state != State.NEW) {
            throw new IllegalStateException("expected a new handshake, but this one has begun");
        }
        state = State.GREETED;
        return new Step.Send(new Message.Hello(introduction.realm(), hello()));
    }

    /** The router sent a message. */
    public Step received(Message message) {
        if (state == State.ENDED) {
            return Step.Ended.BEFORE;
        }
        try {
            if (message instanceof Message.Abort abort) {
                return end(new Step.Ended(abort));
            }
            if (message instanceof Message.Welcome welcome && state != State.NEW) {
                return welcome(welcome);
            }
            if (message instanceof Message.Challenge challenge && state == State.GREETED) {
                return challenge(challenge);
            }
            throw new ProtocolViolation(
                    "handshake", state == State.ANSWERED ? "WELCOME" : "CHALLENGE or WELCOME", message.name());
        } catch (ProtocolViolation violation) {
            return violated(violation);
        }
    }

    /** The router sent something that is not a message. */
    public Step violated(ProtocolViolation violation) {
        return end(Step.Refuse.violation(String.valueOf(violation.getMessage())));
    }

    private Dict hello() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("roles", introduction.roles().entries());
        details.put("agent", introduction.agent());
        SigningKey key = introduction.key();
        details.put("authmethods", List.of(key == null ? Acceptor.ANONYMOUS : Acceptor.CRYPTOSIGN));
        putIfPresent(details, "authid", introduction.authid());
        putIfPresent(details, "authrole", introduction.authrole());
        Dict authextra = introduction.authextra();
        if (key != null) {
            authextra = authextra.with("pubkey", key.publicKey().hex());
        }
        if (introduction.routerKey() != null) {
            authextra = authextra.with("challenge", forRouter.hex());
        }
        if (!authextra.isEmpty()) {
            details.put("authextra", authextra.entries());
        }
        return Dict.of(details);
    }

    private static void putIfPresent(Map<String, Object> details, String key, @Nullable String value) {
        if (value != null) {
            details.put(key, value);
        }
    }

    private Step challenge(Message.Challenge message) {
        SigningKey key = introduction.key();
        if (key == null || !message.authmethod().equals(Acceptor.CRYPTOSIGN)) {
            return refuse(
                    Uris.NO_MATCHING_AUTH_METHOD,
                    "CHALLENGE.AuthMethod: expected " + (key == null ? "none" : Acceptor.CRYPTOSIGN)
                            + ", but found another");
        }
        Dict extra = Dict.at("CHALLENGE.Extra", message.extra().entries());
        String binding = introduction.authextra().textOrNull("channel_binding");
        if (!Objects.equals(binding, extra.textOrNull("channel_binding"))) {
            return refuse(
                    Uris.AUTHENTICATION_FAILED,
                    "CHALLENGE.Extra.channel_binding: expected " + (binding == null ? "none" : binding)
                            + ", but found another");
        }
        if (!isRouterProven(extra)) {
            return refuse(Uris.AUTHENTICATION_FAILED, "the router did not prove the key that is expected of it");
        }
        Challenge challenge;
        try {
            challenge = Challenge.of(extra.text("challenge").orElse(""));
        } catch (IllegalArgumentException e) {
            throw new ProtocolViolation("CHALLENGE.Extra." + e.getMessage());
        }
        state = State.ANSWERED;
        return new Step.Send(new Message.Authenticate(challenge.answer(key), Dict.EMPTY));
    }

    private boolean isRouterProven(Dict extra) {
        PublicKey expected = introduction.routerKey();
        return expected == null
                || forRouter.isAnsweredBy(extra.text("signature").orElse(""), expected);
    }

    private Step welcome(Message.Welcome welcome) {
        if (introduction.routerKey() != null && state != State.ANSWERED) {
            return refuse(Uris.AUTHENTICATION_FAILED, "the router did not prove the key that is expected of it");
        }
        if (welcome.session() < 1 || welcome.session() > MAX_ID) {
            throw new ProtocolViolation("WELCOME.Session", "an id from 1 to 2^53", "another integer");
        }
        return end(new Step.Joined(welcome));
    }

    private Step refuse(String reason, String message) {
        return end(Step.Refuse.of(reason, message));
    }

    private Step end(Step last) {
        if (state == State.ENDED) {
            return Step.Ended.BEFORE;
        }
        state = State.ENDED;
        return last;
    }
}
