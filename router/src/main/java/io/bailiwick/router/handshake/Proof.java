package io.bailiwick.router.handshake;

import io.bailiwick.router.credential.CraSecret;
import io.bailiwick.router.credential.ScramCredential;
import io.bailiwick.router.credential.Secret;
import io.bailiwick.router.credential.TicketHash;
import io.bailiwick.router.cryptosign.PublicKey;

/** What a claimant must prove before it may join, or before it is told why it may not. */
public sealed interface Proof {
    /** The name of the method in {@code authmethods} and in CHALLENGE. */
    String method();

    /** That it owns a key: {@code cryptosign}. */
    record OfKey(PublicKey key) implements Proof {
        @Override
        public String method() {
            return Acceptor.CRYPTOSIGN;
        }
    }

    /** That it knows a secret: {@code ticket}, {@code wampcra}, {@code wamp-scram} or {@code scram}. */
    record OfSecret(Secret secret) implements Proof {
        @Override
        public String method() {
            return secret.method();
        }
    }

    /**
     * Begins the exchange of messages for this proof.
     *
     * @throws RefusedException for a HELLO that this method cannot begin with
     */
    default Exchange open(Exchange.Opening opening) throws RefusedException {
        if (this instanceof OfKey ofKey) {
            return new KeyExchange(ofKey.key(), opening);
        }
        Secret secret = ((OfSecret) this).secret();
        if (secret instanceof TicketHash ticket) {
            return new TicketExchange(ticket);
        }
        if (secret instanceof CraSecret cra) {
            return new CraExchange(cra, opening);
        }
        return new ScramExchange((ScramCredential) secret, opening);
    }
}
