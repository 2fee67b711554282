package io.bailiwick.router.credential;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * Octets that look random to whoever does not know the key, and are always the same for the same name: what a router tells
 * of somebody who does not exist must not change from one attempt to the next.
 */
public final class Noise {
    private static final String HEX = "0123456789abcdef";
    private static final String ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private final byte[] key;

    private Noise(byte[] key) {
        this.key = key;
    }

    /**
     * The noise of a router.
     *
     * @param key a secret of the router, kept from one start to the next if strangers are to see no change
     */
    public static Noise of(byte[] key) {
        if (key.length < 16) {
            throw new IllegalArgumentException("noise key: expected at least 16 octets, but found " + key.length);
        }
        return new Noise(key.clone());
    }

    /** The noise of one name. */
    public Noise about(String name) {
        return new Noise(Octets.hmac(key, name));
    }

    /** A number from 0 up to, but without, the bound. */
    public int index(int bound) {
        byte[] octets = octets("index", 8);
        long number = 0;
        for (byte octet : octets) {
            number = (number << 8) | (octet & 0xFF);
        }
        return (int) Long.remainderUnsigned(number, bound);
    }

    /** A text by which something is known again that is not told: 64 hexadecimal digits, the same for the same thing. */
    public String mark(String of) {
        return HexFormat.of().formatHex(octets("mark/" + of, 32));
    }

    byte[] octets(String purpose, int size) {
        byte[] result = new byte[size];
        for (int from = 0, block = 0; from < size; from += 32, block++) {
            byte[] part = Octets.hmac(key, purpose + "/" + block);
            System.arraycopy(part, 0, result, from, Math.min(32, size - from));
        }
        return result;
    }

    /** A text of the same length as the example and over the same sort of characters: hexadecimal, Base64 or other. */
    String text(String purpose, String example) {
        boolean hex = example.chars().allMatch(c -> HEX.indexOf(c) >= 0);
        boolean base64 = !hex && example.length() % 4 == 0 && Octets.fromBase64(example, Integer.MAX_VALUE - 8) != null;
        if (base64) {
            byte[] decoded = Octets.fromBase64(example, Integer.MAX_VALUE - 8);
            return Octets.base64(octets(purpose, decoded == null ? 16 : decoded.length));
        }
        String alphabet = hex ? HEX : ALPHANUMERIC;
        byte[] octets = octets(purpose, example.length());
        StringBuilder text = new StringBuilder(example.length());
        for (byte octet : octets) {
            text.append(alphabet.charAt((octet & 0xFF) % alphabet.length()));
        }
        Arrays.fill(octets, (byte) 0);
        return text.toString();
    }
}
