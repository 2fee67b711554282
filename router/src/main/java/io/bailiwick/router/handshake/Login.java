package io.bailiwick.router.handshake;

import io.bailiwick.router.credential.ScramDialect;
import io.bailiwick.router.cryptosign.PublicKey;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.link.ChannelSecurity;
import java.util.Optional;

/** How a client proves who it is. None prints what is secret in it. */
public sealed interface Login {
    /** Proves nothing: {@code anonymous}. */
    record Anonymous() implements Login {}

    /**
     * Relies on what the connection has proven.
     *
     * @param authmethod {@code tls} or {@code cookie}
     */
    record ByConnection(String authmethod) implements Login {}

    /** Sends a ticket as it is: only over an encrypted connection, or one inside the machine. */
    record Ticket(String ticket) implements Login {
        @Override
        public String toString() {
            return "Ticket[]";
        }
    }

    /** Answers with an HMAC: {@code wampcra}, salted or not as the router says. */
    record WampCra(String secret) implements Login {
        @Override
        public String toString() {
            return "WampCra[]";
        }
    }

    /**
     * SCRAM, in which the router proves itself too.
     *
     * @param dialect {@code wamp-scram} or the {@code scram} of Autobahn
     * @param binding the type of channel binding to ask for: {@code tls-exporter}, {@code tls-unique} or
     *     {@code tls-server-end-point}; only in {@code wamp-scram}
     */
    record Scram(ScramDialect dialect, String password, Optional<String> binding) implements Login {
        /** Checks that a binding is asked for only where there is one. */
        public Scram {
            if (binding.isPresent() && dialect == ScramDialect.AUTOBAHN) {
                throw new IllegalArgumentException("expected no channel binding with scram, but found one");
            }
        }

        @Override
        public String toString() {
            return "Scram[" + dialect.method() + "]";
        }
    }

    /**
     * Signs with a key: {@code cryptosign}.
     *
     * @param key the key to prove
     * @param routerKey the key that the router must prove; empty to trust the connection
     * @param binding the type of channel binding to ask for, as above
     */
    record Key(SigningKey key, Optional<PublicKey> routerKey, Optional<String> binding) implements Login {
        /** A key, and nothing asked of the router. */
        public static Key of(SigningKey key) {
            return new Key(key, Optional.empty(), Optional.empty());
        }
    }

    /** The client's side of one exchange over this connection. */
    default Answering begin(ChannelSecurity security) {
        if (this instanceof Key key) {
            return new KeyAnswering(key, security);
        }
        if (this instanceof Scram scram) {
            return new ScramAnswering(scram, security);
        }
        return new PlainAnswering(this);
    }
}
