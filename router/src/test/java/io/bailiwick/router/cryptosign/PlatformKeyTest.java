package io.bailiwick.router.cryptosign;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A key that signs by the JDK is the same key. */
class PlatformKeyTest {
    private static final byte[] MESSAGE = "challenge".getBytes(StandardCharsets.UTF_8);

    @Test
    void it_has_the_public_half_and_the_signatures_of_the_same_seed() {
        for (int i = 0; i < 20; i++) {
            SigningKey key = SigningKey.generate();
            SigningKey once = SigningKey.forOneLogin(key.seed());
            assertEquals(key.publicKey(), once.publicKey());
            assertEquals(key.seed(), once.seed());
            assertArrayEquals(key.sign(MESSAGE), once.sign(MESSAGE));
        }
    }

    @Test
    void its_public_half_verifies() {
        SigningKey once = SigningKey.forOneLogin(SigningKey.generate().seed());
        byte[] signature = once.sign(MESSAGE);
        assertTrue(once.publicKey().verifies(MESSAGE, signature));
        signature[3] ^= 1;
        assertFalse(once.publicKey().verifies(MESSAGE, signature));
    }

    @Test
    void the_seed_of_the_rfc_has_the_public_key_of_the_rfc() {
        // RFC 8032, section 7.1, test 1
        SigningKey key = SigningKey.forOneLogin("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
        assertEquals(
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                key.publicKey().hex());
    }

    @Test
    void what_is_no_seed_is_refused_without_being_repeated() {
        Exception failure = assertThrows(IllegalArgumentException.class, () -> SigningKey.forOneLogin("abcdef"));
        assertFalse(failure.getMessage().contains("abcdef"));
    }
}
