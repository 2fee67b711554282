package io.bailiwick.router.client.jawampa;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bailiwick.router.cryptosign.Challenge;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import org.jspecify.annotations.Nullable;
import ws.wamp.jawampa.WampMessages.AuthenticateMessage;
import ws.wamp.jawampa.WampMessages.ChallengeMessage;
import ws.wamp.jawampa.auth.client.ClientSideAuthentication;

/** Answers CHALLENGE with a signature (WAMP, "WAMP-Cryptosign"), for jawampa, which knows no such method. */
final class Cryptosign implements ClientSideAuthentication {
    private final SigningKey key;

    Cryptosign(SigningKey key) {
        this.key = key;
    }

    @Override
    public String getAuthMethod() {
        return "cryptosign";
    }

    /** The answer, or null, which makes jawampa abort, for a challenge that cannot be answered as this client asked. */
    @Override
    public @Nullable AuthenticateMessage handleChallenge(ChallengeMessage message, ObjectMapper mapper) {
        Message.Challenge challenge = Carried.outOfObject(message.extra, Message.Challenge.class);
        if (challenge == null) {
            return null;
        }
        try {
            String hex = challenge.extra().textOrNull("challenge");
            // Channel binding was not asked for: a router that claims it is not the one this client speaks to.
            if (hex == null || challenge.extra().has("channel_binding")) {
                return null;
            }
            return new AuthenticateMessage(Challenge.of(hex).answer(key), mapper.createObjectNode());
        } catch (IllegalArgumentException | ProtocolViolation notAChallenge) {
            return null;
        }
    }
}
