package io.bailiwick.router.handshake;

import io.bailiwick.router.cryptosign.Challenge;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.link.ChannelSecurity;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** WAMP-Cryptosign: a signature over the very challenge that was issued, bound to the connection where the client asks. */
final class KeyExchange implements Exchange {
    private final Challenge issued = Challenge.issue();
    private final PublicKey key;
    private final @Nullable String binding;
    private final List<byte[]> channelIds;
    private final boolean bareAllowed;
    private final Message.Challenge challenge;

    KeyExchange(PublicKey key, Opening opening) {
        this.key = key;
        Greeting greeting = opening.greeting();
        this.binding = greeting.channelBinding();
        this.channelIds = channelIds(opening.claim().peer().security(), binding);
        this.bareAllowed = binding == null || greeting.isBindingOfNode();
        this.challenge = new Message.Challenge(Acceptor.CRYPTOSIGN, Dict.of(extra(opening)));
    }

    /** The channel ids of a connection; several where clients disagree. None for no binding. */
    static List<byte[]> channelIds(ChannelSecurity security, @Nullable String binding) {
        return binding == null
                ? List.of()
                : security.bindings(binding).stream()
                        .map(octets -> Challenge.channelId(binding, octets))
                        .toList();
    }

    private Map<String, Object> extra(Opening opening) {
        Map<String, Object> extra = new LinkedHashMap<>();
        extra.put("challenge", issued.hex());
        if (binding != null) {
            extra.put("channel_binding", binding);
        }
        Challenge ours = opening.greeting().challenge();
        SigningKey routerKey = opening.routerKey();
        if (ours != null && routerKey != null) {
            extra.put("pubkey", routerKey.publicKey().hex());
            // The first channel id is that of the specification: the client's Finished, for tls-unique.
            extra.put(
                    "signature",
                    channelIds.isEmpty() ? ours.answer(routerKey) : ours.answer(routerKey, channelIds.get(0)));
        }
        return extra;
    }

    @Override
    public Message.Challenge challenge() {
        return challenge;
    }

    @Override
    public Verdict check(Message.Authenticate answer) {
        String signature = answer.signature();
        boolean bound = issued.isAnsweredBy(signature, key, channelIds);
        return Verdict.of(bound || (bareAllowed && issued.isAnsweredBy(signature, key)));
    }
}
