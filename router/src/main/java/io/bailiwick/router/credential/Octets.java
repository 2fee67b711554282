package io.bailiwick.router.credential;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Octets: random ones, their Base64 text, SHA-256 and HMAC of them, and comparison that tells nothing by its time. */
public final class Octets {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Octets() {}

    /** So many octets from the system's secure random source. */
    public static byte[] random(int size) {
        byte[] octets = new byte[size];
        RANDOM.nextBytes(octets);
        return octets;
    }

    /** Whether both are the same, in a time that does not depend on where they differ. */
    public static boolean same(byte[] left, byte[] right) {
        return MessageDigest.isEqual(left, right);
    }

    /** The same of two texts. */
    public static boolean same(String left, String right) {
        return same(utf8(left), utf8(right));
    }

    /** Base64 with padding, on one line. */
    public static String base64(byte[] octets) {
        return Base64.getEncoder().encodeToString(octets);
    }

    /** What a Base64 text stands for; null when it is none, or longer than so many octets. */
    public static byte @Nullable [] fromBase64(String text, int most) {
        if (text.length() / 4L * 3 > most + 3L) {
            return null;
        }
        try {
            byte[] octets = Base64.getDecoder().decode(text);
            return octets.length > most ? null : octets;
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    static byte[] hmac(byte[] key, String message) {
        return hmac(key, utf8(message));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] xor(byte[] left, byte[] right) {
        byte[] result = left.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] ^= right[i];
        }
        return result;
    }
}
