package io.bailiwick.router.credential;

import java.util.Optional;

/**
 * {@code AuthMessage}: the text that binds all that both sides have said (RFC 5802, section 3). {@code kdf} and
 * {@code memory} are not part of it, in neither dialect.
 *
 * @param dialect how it is written
 * @param authid as in HELLO
 * @param clientNonce as in HELLO
 * @param nonce of both sides, as in CHALLENGE
 * @param salt Base64, as in CHALLENGE
 * @param iterations as in CHALLENGE
 * @param binding the channel binding, if there is one
 */
public record ScramMessage(
        ScramDialect dialect,
        String authid,
        String clientNonce,
        String nonce,
        String salt,
        int iterations,
        Optional<Binding> binding) {

    /**
     * A channel binding.
     *
     * @param type its type
     * @param data its raw octets, in Base64
     */
    public record Binding(String type, String data) {
        /** The binding of a connection. */
        public static Binding of(String type, byte[] octets) {
            return new Binding(type, Octets.base64(octets));
        }
    }

    /**
     * What a client sends, and what it expects in return; both in Base64.
     *
     * @param proof {@code ClientProof}
     * @param serverSignature {@code ServerSignature}
     */
    public record Answer(String proof, String serverSignature) {
        /** Neither of them. */
        @Override
        public String toString() {
            return "Answer[]";
        }
    }

    /** The text itself. */
    public String text() {
        return "n=" + dialect.name(authid) + ",r=" + clientNonce
                + ",r=" + nonce + ",s=" + salt + ",i=" + iterations
                + ",c=" + dialect.channel(binding) + ",r=" + nonce;
    }

    /** The answer of who knows the password. Takes as long as the parameters say. */
    public Answer answer(String password, ScramParameters parameters) {
        byte[] salted = parameters.saltedPassword(dialect, password);
        byte[] clientKey = Octets.hmac(salted, "Client Key");
        byte[] signature = Octets.hmac(Octets.sha256(clientKey), text());
        byte[] serverSignature = Octets.hmac(Octets.hmac(salted, "Server Key"), text());
        return new Answer(Octets.base64(Octets.xor(clientKey, signature)), Octets.base64(serverSignature));
    }
}
