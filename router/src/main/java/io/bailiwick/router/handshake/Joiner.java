package io.bailiwick.router.handshake;

import io.bailiwick.router.link.ChannelSecurity;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one handshake: says HELLO, answers one CHALLENGE, ends joined or refused.
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
     * @param login how to prove it
     * @param authextra more for {@code HELLO.Details.authextra}; what the method needs is added
     * @param agent name and version, for {@code HELLO.Details.agent}
     * @param roles {@code HELLO.Details.roles}: the client roles with their features
     */
    public record Introduction(
            @Nullable String realm,
            @Nullable String authid,
            @Nullable String authrole,
            Login login,
            Dict authextra,
            String agent,
            Dict roles) {}

    private final Introduction introduction;
    private final Answering answering;
    private final @Nullable String authid;
    private State state = State.NEW;

    /**
     * A handshake that has not begun.
     *
     * @param security of the link: for channel binding
     * @throws IllegalArgumentException when the login asks for a channel binding that this link does not provide, or for an
     *     authid that its method does not allow
     */
    public Joiner(Introduction introduction, ChannelSecurity security) {
        this.introduction = introduction;
        this.answering = introduction.login().begin(security);
        String wanted = introduction.authid();
        this.authid = wanted == null ? null : answering.named(wanted);
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
        } catch (RefusedException refused) {
            return end(refused.step());
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
        details.put("authmethods", List.of(answering.method()));
        putIfPresent(details, "authid", authid);
        putIfPresent(details, "authrole", introduction.authrole());
        Dict authextra = introduction.authextra();
        for (Map.Entry<String, Object> more : answering.authextra().entrySet()) {
            authextra = authextra.with(more.getKey(), more.getValue());
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

    private Step challenge(Message.Challenge message) throws RefusedException {
        if (!message.authmethod().equals(answering.method())) {
            throw RefusedException.of(
                    Uris.NO_MATCHING_AUTH_METHOD,
                    "CHALLENGE.AuthMethod: expected " + answering.method() + ", but found another");
        }
        Dict extra = Dict.at("CHALLENGE.Extra", message.extra().entries());
        Message.Authenticate answer = answering.answer(extra, authid);
        state = State.ANSWERED;
        return new Step.Send(answer);
    }

    private Step welcome(Message.Welcome welcome) throws RefusedException {
        Dict details = Dict.at("WELCOME.Details", welcome.details().entries());
        answering.welcomed(details.dict("authextra"), state == State.ANSWERED);
        if (welcome.session() < 1 || welcome.session() > MAX_ID) {
            throw new ProtocolViolation("WELCOME.Session", "an id from 1 to 2^53", "another integer");
        }
        return end(new Step.Joined(welcome));
    }

    private Step end(Step last) {
        if (state == State.ENDED) {
            return Step.Ended.BEFORE;
        }
        state = State.ENDED;
        return last;
    }
}
