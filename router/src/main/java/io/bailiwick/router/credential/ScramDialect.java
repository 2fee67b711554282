package io.bailiwick.router.credential;

import com.ongres.saslprep.SASLprep;
import com.ongres.stringprep.Profile;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The two ways in which SCRAM is spoken over WAMP. They have different method names, and a credential of one with Argon2 is
 * of no use to the other.
 */
public enum ScramDialect {
    /** WAMP, "Salted Challenge Response Authentication Mechanism": RFC 5802 and RFC 7677 in messages of WAMP. */
    WAMP("wamp-scram", "argon2id13"),

    /**
     * What Autobahn clients and Crossbar.io speak, made from a draft: the salted password is the Base64 text of what Argon2
     * gave, password and authid are taken as they are, the combined nonce joins octets and not texts, and there is no
     * channel binding.
     */
    AUTOBAHN("scram", "argon2id-13");

    private static final Profile SASLPREP = new SASLprep();

    private final String method;
    private final String argon2;

    ScramDialect(String method, String argon2) {
        this.method = method;
        this.argon2 = argon2;
    }

    /** The name in {@code authmethods}. */
    public String method() {
        return method;
    }

    /** The name of a key derivation in {@code CHALLENGE.Extra.kdf}. */
    public String nameOf(Kdf kdf) {
        return kdf == Kdf.PBKDF2 ? "pbkdf2" : argon2;
    }

    /** The key derivation of a name. */
    public Optional<Kdf> kdf(String name) {
        for (Kdf kdf : Kdf.values()) {
            if (nameOf(kdf).equals(name)) {
                return Optional.of(kdf);
            }
        }
        return Optional.empty();
    }

    /**
     * SASLprep (RFC 4013) of a password or an authid to be stored: of several ways to type a text, one.
     *
     * @throws IllegalArgumentException for characters that it forbids; the text does not repeat them
     */
    public static String prepared(String text) {
        // Without a cause: its text would tell a part of the password.
        return prepared(SASLPREP::prepareStored, text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "expected a text that SASLprep (RFC 4013) allows, but found another one"));
    }

    /** Empty for a text that is not allowed, or of which nothing is left. */
    private static Optional<String> prepared(UnaryOperator<String> profile, String text) {
        try {
            return Optional.of(profile.apply(text)).filter(prepared -> !prepared.isEmpty());
        } catch (IllegalArgumentException | IndexOutOfBoundsException forbidden) {
            // The latter for a text of which nothing is left.
            return Optional.empty();
        }
    }

    /**
     * The authid that somebody asks for, by the rules of this dialect: SASLprep of a query (RFC 5802, section 5.1, on
     * {@code n}), or as it is.
     *
     * @return empty for characters that SASLprep forbids, or when nothing is left: nobody has such a name
     */
    public Optional<String> asked(String authid) {
        return this == WAMP ? prepared(SASLPREP::prepareQuery, authid) : Optional.of(authid);
    }

    /** {@code SaltedPassword}, from which both keys are made. Takes as long as the parameters say. */
    byte[] saltedPassword(Kdf kdf, String password, byte[] salt, int iterations, int memory) {
        String typed = this == WAMP ? prepared(password) : password;
        byte[] key = kdf.derive(typed, salt, iterations, memory, ScramCredential.KEY_SIZE);
        boolean asText = this == AUTOBAHN && kdf == Kdf.ARGON2ID13;
        return asText ? Base64.getEncoder().withoutPadding().encode(key) : key;
    }

    /**
     * The nonce of both sides.
     *
     * @param clientNonce Base64 text, as the client sent it
     */
    public String combine(String clientNonce, byte[] serverNonce) {
        if (this == WAMP) {
            return clientNonce + Octets.base64(serverNonce);
        }
        byte[] client = Base64.getDecoder().decode(clientNonce);
        byte[] both = new byte[client.length + serverNonce.length];
        System.arraycopy(client, 0, both, 0, client.length);
        System.arraycopy(serverNonce, 0, both, client.length, serverNonce.length);
        return Octets.base64(both);
    }

    /** Whether a combined nonce is longer than the client's and begins with it. */
    public boolean continues(String combined, String clientNonce) {
        if (this == WAMP) {
            return combined.length() > clientNonce.length() && combined.startsWith(clientNonce);
        }
        byte[] both = Octets.fromBase64(combined, 1024);
        byte[] client = Octets.fromBase64(clientNonce, 1024);
        return both != null
                && client != null
                && both.length > client.length
                && Octets.same(client, java.util.Arrays.copyOf(both, client.length));
    }

    /** {@code n=...}: the authid as it stands in the text that both sides sign. */
    String name(String authid) {
        return this == WAMP ? authid.replace("=", "=3D").replace(",", "=2C") : authid;
    }

    /** {@code c=...}: the channel binding as it stands in the text that both sides sign. */
    String channel(Optional<ScramMessage.Binding> binding) {
        if (this == AUTOBAHN) {
            return "";
        }
        byte[] header =
                binding.map(bound -> "p=" + bound.type() + ",,").orElse("n,,").getBytes(StandardCharsets.UTF_8);
        byte[] data = Base64.getDecoder()
                .decode(binding.map(ScramMessage.Binding::data).orElse(""));
        byte[] whole = java.util.Arrays.copyOf(header, header.length + data.length);
        System.arraycopy(data, 0, whole, header.length, data.length);
        return Octets.base64(whole);
    }
}
