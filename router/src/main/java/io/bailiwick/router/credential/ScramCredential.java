package io.bailiwick.router.credential;

import java.util.HexFormat;

/**
 * A SCRAM credential as a router stores it (RFC 5802, section 3): who has it can check a password, but not log in with it.
 * Of the dialect it was made for.
 */
public final class ScramCredential implements Secret {
    static final int KEY_SIZE = 32;

    private final ScramDialect dialect;
    private final ScramParameters parameters;
    private final byte[] storedKey;
    private final byte[] serverKey;

    private ScramCredential(ScramDialect dialect, ScramParameters parameters, byte[] storedKey, byte[] serverKey) {
        this.dialect = dialect;
        this.parameters = parameters;
        this.storedKey = storedKey;
        this.serverKey = serverKey;
    }

    /**
     * The credential of a password. Takes as long as the parameters say.
     *
     * @throws IllegalArgumentException for a password that SASLprep does not allow, where the dialect asks for it
     */
    public static ScramCredential derive(ScramDialect dialect, String password, ScramParameters parameters) {
        byte[] salted = parameters.saltedPassword(dialect, password);
        byte[] storedKey = Octets.sha256(Octets.hmac(salted, "Client Key"));
        return new ScramCredential(dialect, parameters, storedKey, Octets.hmac(salted, "Server Key"));
    }

    /**
     * A stored credential.
     *
     * @param storedKey 64 hexadecimal characters
     * @param serverKey 64 hexadecimal characters
     * @throws IllegalArgumentException naming what was expected; the text does not repeat a key
     */
    public static ScramCredential stored(
            ScramDialect dialect, ScramParameters parameters, String storedKey, String serverKey) {
        return new ScramCredential(dialect, parameters, key("stored-key", storedKey), key("server-key", serverKey));
    }

    private static byte[] key(String what, String hex) {
        if (hex.length() != 2 * KEY_SIZE || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException(
                    what + ": expected " + 2 * KEY_SIZE + " hexadecimal characters, but found another text");
        }
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String method() {
        return dialect.method();
    }

    /** The dialect it was made for. */
    public ScramDialect dialect() {
        return dialect;
    }

    /** What the client has to know beside its password. */
    public ScramParameters parameters() {
        return parameters;
    }

    /** {@code StoredKey} as 64 hexadecimal characters, for storing. */
    public String storedKey() {
        return HexFormat.of().formatHex(storedKey);
    }

    /** {@code ServerKey} as 64 hexadecimal characters, for storing: with it a router can be impersonated. */
    public String serverKey() {
        return HexFormat.of().formatHex(serverKey);
    }

    /** Whether the proof fits the message: {@code SHA-256(proof XOR HMAC(StoredKey, message)) == StoredKey}. */
    public boolean isProvenBy(byte[] proof, ScramMessage message) {
        byte[] signature = Octets.hmac(storedKey, message.text());
        byte[] clientKey = Octets.xor(signature, proof.length == KEY_SIZE ? proof : new byte[KEY_SIZE]);
        return Octets.same(storedKey, Octets.sha256(clientKey)) && proof.length == KEY_SIZE;
    }

    /** {@code ServerSignature}: shows the client that this router has its credential. */
    public byte[] serverSignature(ScramMessage message) {
        return Octets.hmac(serverKey, message.text());
    }

    @Override
    public ScramCredential lookalike(Noise noise) {
        byte[] salt = noise.octets("salt", parameters.salt().length);
        ScramParameters same =
                new ScramParameters(parameters.kdf(), salt, parameters.iterations(), parameters.memory());
        return new ScramCredential(dialect, same, noise.octets("stored", KEY_SIZE), noise.octets("server", KEY_SIZE));
    }

    @Override
    public String mark(Noise noise) {
        return noise.mark(
                String.join(" ", method(), parameters.saltText(), parameters.toString(), storedKey(), serverKey()));
    }

    /** Dialect and parameters, and nothing else. */
    @Override
    public String toString() {
        return "ScramCredential[" + dialect.method() + ", " + parameters + "]";
    }
}
