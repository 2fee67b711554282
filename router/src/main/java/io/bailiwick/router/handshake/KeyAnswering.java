package io.bailiwick.router.handshake;

import io.bailiwick.router.cryptosign.Challenge;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.link.ChannelSecurity;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The client's side of WAMP-Cryptosign. Signs nothing for a router that does not prove the key expected of it. */
final class KeyAnswering implements Answering {
    private final Login.Key login;
    private final Challenge forRouter = Challenge.issue();
    private final List<byte[]> channelIds;

    KeyAnswering(Login.Key login, ChannelSecurity security) {
        this.login = login;
        this.channelIds = KeyExchange.channelIds(security, login.binding().orElse(null));
        if (login.binding().isPresent() && channelIds.isEmpty()) {
            throw new IllegalArgumentException("channel binding "
                    + login.binding().get() + ": expected a connection that provides it, but found one that does not");
        }
    }

    @Override
    public String method() {
        return Acceptor.CRYPTOSIGN;
    }

    @Override
    public Map<String, Object> authextra() {
        Map<String, Object> extra = new LinkedHashMap<>();
        extra.put("pubkey", login.key().publicKey().hex());
        login.binding().ifPresent(type -> extra.put("channel_binding", type));
        if (login.routerKey().isPresent()) {
            extra.put("challenge", forRouter.hex());
        }
        return extra;
    }

    @Override
    public Message.Authenticate answer(Dict extra, @Nullable String authid) throws RefusedException {
        Optional<String> echoed = extra.text("channel_binding");
        if (!echoed.equals(login.binding())) {
            throw RefusedException.of(
                    Uris.AUTHENTICATION_FAILED,
                    "CHALLENGE.Extra.channel_binding: expected "
                            + login.binding().orElse("none") + ", but found another");
        }
        if (login.routerKey().isPresent() && !isProven(extra, login.routerKey().get())) {
            throw unproven();
        }
        Challenge challenge;
        try {
            challenge = Challenge.of(extra.text("challenge").orElse(""));
        } catch (IllegalArgumentException e) {
            throw new ProtocolViolation("CHALLENGE.Extra." + e.getMessage());
        }
        String signature =
                channelIds.isEmpty() ? challenge.answer(login.key()) : challenge.answer(login.key(), channelIds.get(0));
        return new Message.Authenticate(signature, Dict.EMPTY);
    }

    @Override
    public void welcomed(Dict authextra, boolean answered) throws RefusedException {
        if (login.routerKey().isPresent() && !answered) {
            throw unproven();
        }
    }

    private boolean isProven(Dict extra, PublicKey expected) {
        String signature = extra.text("signature").orElse("");
        return channelIds.isEmpty()
                ? forRouter.isAnsweredBy(signature, expected)
                : forRouter.isAnsweredBy(signature, expected, channelIds);
    }

    private static RefusedException unproven() {
        return RefusedException.of(
                Uris.AUTHENTICATION_FAILED, "the router did not prove the key that is expected of it");
    }
}
