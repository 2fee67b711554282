package io.bailiwick.router.handshake;

import io.bailiwick.router.credential.CraChallenge;
import io.bailiwick.router.credential.CraSecret;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import java.util.LinkedHashMap;
import java.util.Map;

/** WAMP-CRA: an HMAC over a text that names who logs in, when, and as which session. */
final class CraExchange implements Exchange {
    private final CraSecret secret;
    private final String text;

    CraExchange(CraSecret secret, Opening opening) {
        this.secret = secret;
        this.text = CraChallenge.issue(
                opening.authid(),
                opening.authrole(),
                opening.authprovider(),
                opening.now(),
                opening.claim().session());
    }

    @Override
    public Message.Challenge challenge() {
        Map<String, Object> extra = new LinkedHashMap<>();
        extra.put("challenge", text);
        secret.salting().ifPresent(salting -> {
            extra.put("salt", salting.salt());
            extra.put("keylen", (long) salting.keylen());
            extra.put("iterations", (long) salting.iterations());
        });
        return new Message.Challenge(secret.method(), Dict.of(extra));
    }

    @Override
    public Verdict check(Message.Authenticate answer) {
        return Verdict.of(secret.isAnsweredBy(answer.signature(), text));
    }
}
