package io.bailiwick.router.cryptosign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {
    /** RFC 8032, section 7.1, test 2. */
    private static final String SEED = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";

    private static final String PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";

    @Test
    void a_seed_gives_the_key_of_the_standard() {
        SigningKey key = SigningKey.ofSeed(SEED.toUpperCase(Locale.ROOT));
        assertEquals(PUBLIC, key.publicKey().hex());
        assertEquals(SEED, key.seed());
        byte[] message = {0x72};
        byte[] signature = key.sign(message);
        assertEquals(
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
                Hex.encode(signature));
        assertTrue(PublicKey.of(PUBLIC).verifies(message, signature));
        assertFalse(PublicKey.of(PUBLIC).verifies(new byte[] {0x73}, signature));
        assertFalse(PublicKey.of(PUBLIC).verifies(message, new byte[0]));
    }

    @Test
    void a_generated_key_signs_what_its_public_half_verifies() {
        SigningKey key = SigningKey.generate();
        byte[] message = "message".getBytes(StandardCharsets.UTF_8);
        assertTrue(PublicKey.of(key.publicKey().hex()).verifies(message, key.sign(message)));
        assertNotEquals(key.publicKey(), SigningKey.generate().publicKey());
    }

    @Test
    void public_keys_are_equal_by_their_bytes() {
        assertEquals(PublicKey.of(PUBLIC), PublicKey.of(PUBLIC.toUpperCase(Locale.ROOT)));
        assertEquals(PublicKey.of(PUBLIC).hashCode(), PublicKey.of(PUBLIC).hashCode());
    }

    @Test
    void a_key_with_a_part_of_small_order_is_another_key_for_which_the_signatures_of_the_plain_one_do_not_count() {
        SigningKey key = SigningKey.ofSeed(SEED);
        PublicKey other = PublicKey.of(plusOrderTwo(PUBLIC));
        assertNotEquals(key.publicKey(), other);
        for (int i = 0; i < 64; i++) {
            byte[] message = {(byte) i};
            assertFalse(other.verifies(message, key.sign(message)));
        }
    }

    /** The point (x, y) and (0, -1) are (-x, -y): p - y, and the other sign. */
    private static String plusOrderTwo(String hex) {
        byte[] key = Hex.decode("key", hex, 32);
        boolean negative = key[31] < 0;
        key[31] &= 0x7f;
        BigInteger p = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
        byte[] y = p.subtract(new BigInteger(1, reversed(key))).toByteArray();
        byte[] padded = new byte[32];
        System.arraycopy(y, Math.max(0, y.length - 32), padded, Math.max(0, 32 - y.length), Math.min(32, y.length));
        byte[] result = reversed(padded);
        result[31] |= (byte) (negative ? 0 : 0x80);
        return Hex.encode(result);
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] result = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            result[i] = bytes[bytes.length - 1 - i];
        }
        return result;
    }

    @Test
    void the_private_half_is_never_printed() {
        assertFalse(SigningKey.ofSeed(SEED).toString().contains(SEED.substring(0, 8)));
        String almost = SEED.substring(0, 63) + "x";
        String text = assertThrows(IllegalArgumentException.class, () -> SigningKey.ofSeed(almost))
                .getMessage();
        assertEquals(
                "private key: expected 64 hexadecimal characters, but found another character at position 63", text);
    }

    /** Not on the curve, not canonical, and the points of order 1, 2, 4 and 8: anybody could sign for those. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0200000000000000000000000000000000000000000000000000000000000000",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                "0000000000000000000000000000000000000000000000000000000000000080",
            })
    void a_public_key_that_is_no_proper_point_is_refused(String hex) {
        String text = assertThrows(IllegalArgumentException.class, () -> PublicKey.of(hex))
                .getMessage();
        assertTrue(text.contains("expected a point"), text);
    }

    @Test
    void a_public_key_of_another_length_is_refused() {
        String text = assertThrows(IllegalArgumentException.class, () -> PublicKey.of("00"))
                .getMessage();
        assertEquals("public key: expected 64 hexadecimal characters, but found 2 characters", text);
    }
}
