package io.bailiwick.router.cryptosign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FingerprintTest {
    /** The first key of RFC 8032, section 7.1. */
    private static final PublicKey KEY =
            PublicKey.of("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");

    private static final String ZERO = "0".repeat(64);
    private static final String ONES = "f".repeat(64);

    @Test
    void the_hexadecimal_form_is_sha256_of_the_raw_key_in_groups() {
        Fingerprint fingerprint = Fingerprint.of(KEY);
        assertEquals("21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9", fingerprint.hex());
        assertEquals(
                "21fe 31df a154 a261 626b f854 046f d227 1b7b ed4b 6abe 45aa 5887 7ef4 7f97 21b9",
                fingerprint.groups());
    }

    @Test
    void the_words_are_the_first_ninety_bits_six_to_a_syllable() {
        assertEquals("bababa-bababa-bababa-bababa-bababa", new Fingerprint(ZERO).words());
        assertEquals("zozozo-zozozo-zozozo-zozozo-zozozo", new Fingerprint(ONES).words());
        // 000001 000010 000011 000100 ...: the vowels first, then the next consonant.
        assertEquals("bebibo-dababa-bababa-bababa-bababa", new Fingerprint("0420c4" + "0".repeat(58)).words());
        // The last syllable is bits 84 to 89; what comes after them makes no difference.
        assertEquals(
                "bababa-bababa-bababa-bababa-babazo", new Fingerprint("0".repeat(21) + "fc" + "0".repeat(41)).words());
        assertEquals(
                "bababa-bababa-bababa-bababa-bababa", new Fingerprint("0".repeat(22) + "3" + "f".repeat(41)).words());
    }

    @Test
    void it_is_known_again_however_somebody_writes_it() {
        Fingerprint fingerprint = Fingerprint.of(KEY);
        assertTrue(fingerprint.isWritten(fingerprint.words()));
        assertTrue(fingerprint.isWritten(
                "  " + fingerprint.words().toUpperCase(java.util.Locale.ROOT).replace('-', ' ')));
        assertTrue(fingerprint.isWritten(fingerprint.groups()));
        assertTrue(fingerprint.isWritten(fingerprint.groups().replace(' ', ':')));
        assertFalse(fingerprint.isWritten(""));
        assertFalse(fingerprint.isWritten(fingerprint.words().substring(0, 6)), "a part is not enough");
        assertFalse(fingerprint.isWritten(fingerprint.hex().substring(0, 63)));
        assertFalse(fingerprint.isWritten(new Fingerprint(ONES).words()));
    }

    @Test
    void what_is_no_hash_is_none() {
        assertThrows(IllegalArgumentException.class, () -> new Fingerprint("ab"));
        assertThrows(IllegalArgumentException.class, () -> new Fingerprint(ONES.toUpperCase(java.util.Locale.ROOT)));
    }
}
