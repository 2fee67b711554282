package io.bailiwick.router.cryptosign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ChallengeTest {
    private final SigningKey key = SigningKey.generate();

    @Test
    void an_answer_to_another_challenge_is_refused() {
        Challenge recorded = Challenge.issue();
        Challenge issued = Challenge.issue();
        String answer = recorded.answer(key);

        assertTrue(recorded.isAnsweredBy(answer, key.publicKey()));
        assertFalse(issued.isAnsweredBy(answer, key.publicKey()));
    }

    @Test
    void the_challenge_itself_behind_a_signature_of_another_message_is_refused() {
        Challenge issued = Challenge.issue();
        String stolenSignature = Challenge.issue().answer(key).substring(0, 128);

        assertFalse(issued.isAnsweredBy(stolenSignature + issued.hex(), key.publicKey()));
    }

    @Test
    void a_signature_of_the_challenge_with_another_message_behind_it_is_refused() {
        Challenge issued = Challenge.issue();
        String signature = issued.answer(key).substring(0, 128);

        assertFalse(issued.isAnsweredBy(signature + Challenge.issue().hex(), key.publicKey()));
    }

    @Test
    void an_answer_by_another_key_is_refused() {
        Challenge issued = Challenge.issue();
        assertFalse(issued.isAnsweredBy(issued.answer(SigningKey.generate()), key.publicKey()));
    }

    @Test
    void an_answer_of_another_shape_is_refused() {
        Challenge issued = Challenge.issue();
        String answer = issued.answer(key);
        assertFalse(issued.isAnsweredBy("", key.publicKey()));
        assertFalse(issued.isAnsweredBy(answer.substring(0, 128), key.publicKey()));
        assertFalse(issued.isAnsweredBy(answer + "00", key.publicKey()));
        assertFalse(issued.isAnsweredBy("zz" + answer.substring(2), key.publicKey()));
    }

    @Test
    void every_flipped_bit_of_an_answer_is_refused() {
        Challenge issued = Challenge.issue();
        byte[] answer = HexFormat.of().parseHex(issued.answer(key));
        for (int bit = 0; bit < answer.length * 8; bit++) {
            byte[] flipped = answer.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertFalse(issued.isAnsweredBy(HexFormat.of().formatHex(flipped), key.publicKey()), "bit " + bit);
        }
    }

    @Test
    void upper_case_is_accepted_and_lower_case_is_sent() {
        Challenge issued = Challenge.issue();
        String answer = issued.answer(key);
        assertTrue(issued.isAnsweredBy(answer.toUpperCase(Locale.ROOT), key.publicKey()));
        assertEquals(answer.toLowerCase(Locale.ROOT), answer);
        assertEquals(
                issued.hex(),
                Challenge.of(issued.hex().toUpperCase(Locale.ROOT)).hex());
    }

    @Test
    void challenges_are_fresh() {
        assertNotEquals(Challenge.issue().hex(), Challenge.issue().hex());
        assertEquals(64, Challenge.issue().hex().length());
    }

    @Test
    void a_malformed_challenge_is_named() {
        IllegalArgumentException tooShort = assertThrows(IllegalArgumentException.class, () -> Challenge.of("00"));
        assertEquals("challenge: expected 64 hexadecimal characters, but found 2 characters", tooShort.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Challenge.of("x".repeat(64)));
    }

    @Test
    void the_published_vectors_hold() throws IOException {
        int count = 0;
        for (JsonNode vector : vectors()) {
            SigningKey signer = SigningKey.ofSeed(vector.get("seed").asText());
            Challenge challenge = Challenge.of(vector.get("challenge").asText());
            String expected = vector.get("signature").asText();
            assertEquals(vector.get("pubkey").asText(), signer.publicKey().hex());
            if (vector.get("channel_id").isNull()) {
                assertEquals(expected, challenge.answer(signer));
                assertTrue(challenge.isAnsweredBy(expected, signer.publicKey()));
            } else {
                byte[] channelId =
                        HexFormat.of().parseHex(vector.get("channel_id").asText());
                assertEquals(expected, challenge.answer(signer, channelId));
                assertTrue(challenge.isAnsweredBy(expected, signer.publicKey(), channelId));
                assertFalse(challenge.isAnsweredBy(expected, signer.publicKey()));
            }
            count++;
        }
        assertEquals(2, count);
    }

    @Test
    void an_answer_bound_to_another_channel_is_refused() {
        Challenge issued = Challenge.issue();
        byte[] here = new byte[32];
        byte[] there = new byte[32];
        there[31] = 1;
        assertTrue(issued.isAnsweredBy(issued.answer(key, here), key.publicKey(), here));
        assertFalse(issued.isAnsweredBy(issued.answer(key, there), key.publicKey(), here));
        assertThrows(IllegalArgumentException.class, () -> issued.answer(key, new byte[12]));
    }

    private static JsonNode vectors() throws IOException {
        try (InputStream in = ChallengeTest.class.getResourceAsStream("cryptosign-vectors.json")) {
            return new ObjectMapper().readTree(in);
        }
    }
}
