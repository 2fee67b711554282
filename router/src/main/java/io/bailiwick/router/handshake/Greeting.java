package io.bailiwick.router.handshake;

import io.bailiwick.router.cryptosign.Challenge;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.UriRule;
import io.bailiwick.router.message.Uris;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A HELLO that was found to be in order.
 *
 * @param claim what it asks for
 * @param roles the client's roles, every feature a truth value
 * @param channelBinding the channel binding it asks for, or null
 * @param challenge the challenge that the router is to answer, or null
 */
record Greeting(
        Claim claim,
        Dict roles,
        @Nullable String channelBinding,
        @Nullable Challenge challenge) {

    private static final List<String> CLIENT_ROLES = List.of("publisher", "subscriber", "caller", "callee");
    private static final int MAX_NAME = 255;

    /**
     * Reads a HELLO.
     *
     * @param session the id that the session will have
     * @throws ProtocolViolation naming what is missing or of a wrong type
     */
    static Greeting of(Message.Hello hello, Peer peer, long session) {
        Dict details = Dict.owned("HELLO.Details", hello.details().entries());
        details.text("agent");
        Dict authextra = details.dict("authextra");
        Claim claim = new Claim(
                name("HELLO.Realm", hello.realm()),
                name("HELLO.Details.authid", details.textOrNull("authid")),
                name("HELLO.Details.authrole", details.textOrNull("authrole")),
                details.texts("authmethods").orElse(List.of(Acceptor.ANONYMOUS)),
                authextra,
                peer,
                session,
                null);
        return new Greeting(claim, roles(details), authextra.textOrNull("channel_binding"), challenge(authextra));
    }

    /** The same HELLO, of which the ticket is known by now. */
    Greeting with(String ticket) {
        return new Greeting(claim.with(ticket), roles, channelBinding, challenge);
    }

    /** The edge nodes of Crossbar.io ask for this binding and then sign the bare challenge. */
    boolean isBindingOfNode() {
        return "tls-unique".equals(channelBinding) && "node".equals(claim.authrole());
    }

    /**
     * What it asks for that this router has not.
     *
     * @throws RefusedException naming it
     */
    void requireSupported() throws RefusedException {
        String realm = claim.realm();
        if (realm != null && !UriRule.LOOSE.allows(realm)) {
            throw RefusedException.of(Uris.INVALID_URI, "HELLO.Realm: expected a URI, but found another text");
        }
        if (!offers(Acceptor.CRYPTOSIGN)) {
            return;
        }
        String binding = channelBinding;
        if (binding != null
                && !isBindingOfNode()
                && claim.peer().security().bindings(binding).isEmpty()) {
            throw RefusedException.of(Uris.FEATURE_NOT_SUPPORTED, RefusedException.noBinding(binding));
        }
        if (claim.authextra().textOrNull("trustroot") != null
                || claim.authextra().has("certificates")) {
            throw RefusedException.of(
                    Uris.FEATURE_NOT_SUPPORTED,
                    "HELLO.Details.authextra: expected neither trustroot nor certificates, for no trust root is configured"
                            + " here, but found one of them");
        }
    }

    boolean offers(String authmethod) {
        return claim.authmethods().contains(authmethod);
    }

    private static @Nullable String name(String place, @Nullable String name) {
        if (name != null && name.length() > MAX_NAME) {
            throw new ProtocolViolation(place, "at most " + MAX_NAME + " characters", name.length() + " characters");
        }
        return name;
    }

    /** The roles with their features, which are asked for later by those who must not fail over them. */
    private static Dict roles(Dict details) {
        Dict roles = details.dict("roles");
        if (CLIENT_ROLES.stream().noneMatch(roles::has)) {
            throw new ProtocolViolation(
                    "HELLO.Details.roles", "at least one of publisher, subscriber, caller and callee", "none of them");
        }
        for (String role : CLIENT_ROLES) {
            Dict features = roles.dict(role).dict("features");
            features.entries().keySet().forEach(feature -> features.flag(feature, false));
        }
        return roles;
    }

    private static @Nullable Challenge challenge(Dict authextra) {
        String hex = authextra.textOrNull("challenge");
        if (hex == null) {
            return null;
        }
        try {
            return Challenge.of(hex);
        } catch (IllegalArgumentException e) {
            throw new ProtocolViolation("HELLO.Details.authextra." + e.getMessage());
        }
    }
}
