package io.bailiwick.router.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScramTest {
    static List<JsonNode> vectors() {
        return Vectors.of("scram");
    }

    private static ScramMessage message(JsonNode vector) {
        Optional<ScramMessage.Binding> binding = vector.has("binding")
                ? Optional.of(new ScramMessage.Binding(
                        vector.get("binding").asText(),
                        vector.get("bindingData").asText()))
                : Optional.empty();
        return new ScramMessage(
                ScramDialect.WAMP,
                vector.get("authid").asText(),
                vector.get("clientNonce").asText(),
                vector.get("nonce").asText(),
                vector.get("salt").asText(),
                vector.get("iterations").asInt(),
                binding);
    }

    private static ScramParameters parameters(JsonNode vector) {
        return new ScramParameters(
                ScramDialect.WAMP.kdf(vector.get("kdf").asText()).orElseThrow(),
                Base64.getDecoder().decode(vector.get("salt").asText()),
                vector.get("iterations").asInt(),
                vector.path("memory").asInt());
    }

    @ParameterizedTest
    @MethodSource("vectors")
    @Conforms({Feature.WAMP_SCRAM, Feature.CHANNEL_BINDING})
    void both_sides_compute_the_known_answers(JsonNode vector) {
        ScramMessage message = message(vector);
        assertEquals(vector.get("message").asText(), message.text());

        ScramCredential credential =
                ScramCredential.derive(ScramDialect.WAMP, vector.get("password").asText(), parameters(vector));
        assertEquals(vector.get("storedKey").asText(), credential.storedKey());
        assertEquals(vector.get("serverKey").asText(), credential.serverKey());

        ScramMessage.Answer answer = message.answer(vector.get("password").asText(), parameters(vector));
        assertEquals(vector.get("proof").asText(), answer.proof());
        assertEquals(vector.get("verifier").asText(), "v=" + answer.serverSignature());
        assertTrue(credential.isProvenBy(Base64.getDecoder().decode(answer.proof()), message));
        assertEquals(answer.serverSignature(), Octets.base64(credential.serverSignature(message)));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void a_proof_with_any_one_bit_changed_proves_nothing(JsonNode vector) {
        ScramCredential credential = ScramCredential.stored(
                ScramDialect.WAMP,
                parameters(vector),
                vector.get("storedKey").asText(),
                vector.get("serverKey").asText());
        byte[] proof = Base64.getDecoder().decode(vector.get("proof").asText());
        assertTrue(credential.isProvenBy(proof, message(vector)));
        for (int bit = 0; bit < 8 * proof.length; bit++) {
            byte[] changed = proof.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));
            assertFalse(credential.isProvenBy(changed, message(vector)));
        }
        assertFalse(credential.isProvenBy(new byte[0], message(vector)));
        assertFalse(credential.isProvenBy(java.util.Arrays.copyOf(proof, 33), message(vector)));
    }

    @Test
    @Conforms(Feature.WAMP_SCRAM)
    void of_several_ways_to_type_a_password_sasl_prep_makes_one() {
        ScramParameters parameters = ScramParameters.pbkdf2(1);
        assertEquals(
                ScramCredential.derive(ScramDialect.WAMP, "IX", parameters).storedKey(),
                ScramCredential.derive(ScramDialect.WAMP, "I\u00ADX", parameters)
                        .storedKey());
        assertEquals(
                ScramCredential.derive(ScramDialect.WAMP, "IX", parameters).storedKey(),
                ScramCredential.derive(ScramDialect.WAMP, "\u2168", parameters).storedKey());
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> ScramCredential.derive(ScramDialect.WAMP, "secret\u0007", parameters));
        assertFalse(String.valueOf(refused.getMessage()).contains("secret"));
    }

    @Test
    @Conforms(Feature.WAMP_SCRAM)
    void of_several_ways_to_type_an_authid_sasl_prep_makes_one_and_only_as_specified() {
        for (String typed : List.of("IX", "I\u00ADX", "\u2168")) {
            assertEquals(Optional.of("IX"), ScramDialect.WAMP.asked(typed));
            assertEquals(Optional.of(typed), ScramDialect.AUTOBAHN.asked(typed));
        }
        // The examples of RFC 4013, section 3: a control character, and text in both directions.
        for (String forbidden : List.of("\u0007", "\u06271", "\u00AD", "")) {
            assertEquals(Optional.empty(), ScramDialect.WAMP.asked(forbidden));
        }
        // A query may have what no stored text has: characters that Unicode 3.2 did not know.
        assertEquals(Optional.of("\u0221"), ScramDialect.WAMP.asked("\u0221"));
        for (String unstored : List.of("\u0221", "\u00AD", "")) {
            assertThrows(IllegalArgumentException.class, () -> ScramDialect.prepared(unstored));
        }
    }

    @Test
    @Conforms(Feature.SCRAM_OF_AUTOBAHN)
    void a_credential_that_autobahn_derives_is_derived_here_too() {
        ScramParameters parameters = new ScramParameters(
                Kdf.ARGON2ID13, HexFormat.of().parseHex("ae1f0d2f422757809077785e660b62c6"), 4096, 512);
        ScramCredential credential = ScramCredential.derive(ScramDialect.AUTOBAHN, "secret123", parameters);
        assertEquals("5f19358ff6f38e267b6ef1ea1d862514ec4e8745a84682259fd3894be09febb5", credential.storedKey());
        assertEquals("0d8e7e9222a7c0e54c9e979aa342115699ff5696c45dc379b5ee241338a5861d", credential.serverKey());
        assertTrue(parameters.isReasonable());
    }

    @Test
    void the_key_derivations_give_what_the_tools_of_their_authors_give() {
        byte[] salt = "1234567890abcdef".getBytes(StandardCharsets.UTF_8);
        assertEquals(
                "ee4a8acf9d5958354fb79a95ae20692d05e42591ba49fae85eb6700e8b0ed293",
                HexFormat.of().formatHex(Kdf.ARGON2ID13.derive("p4ssw0rd", salt, 32, 512, 32)));
        assertEquals(
                "f6991a28c75f43751e0d75499fd7b8649f659118ddc1d61cee5883af547d15f5",
                HexFormat.of().formatHex(Kdf.PBKDF2.derive("p4ssw0rd", salt, 8, 0, 32)));
    }

    @Test
    @Conforms(Feature.SCRAM_OF_AUTOBAHN)
    void the_dialect_differs_in_names_nonces_and_escapes() {
        ScramParameters argon2 = ScramParameters.argon2id(3, 64);
        assertNotEquals(
                ScramCredential.derive(ScramDialect.WAMP, "p", argon2).storedKey(),
                ScramCredential.derive(ScramDialect.AUTOBAHN, "p", argon2).storedKey());
        assertEquals("argon2id13", ScramDialect.WAMP.nameOf(Kdf.ARGON2ID13));
        assertEquals("argon2id-13", ScramDialect.AUTOBAHN.nameOf(Kdf.ARGON2ID13));

        String client = Octets.base64(new byte[16]);
        byte[] server = {1, 2, 3};
        assertEquals(client + "AQID", ScramDialect.WAMP.combine(client, server));
        assertEquals("AAAAAAAAAAAAAAAAAAAAAAECAw==", ScramDialect.AUTOBAHN.combine(client, server));
        for (ScramDialect dialect : ScramDialect.values()) {
            assertTrue(dialect.continues(dialect.combine(client, server), client));
            assertFalse(dialect.continues(client, client));
            assertFalse(dialect.continues(dialect.combine(Octets.base64(Octets.random(16)), server), client));
        }
        ScramMessage message = new ScramMessage(ScramDialect.AUTOBAHN, "a=b,c", "cn", "n", "s", 5, Optional.empty());
        assertEquals("n=a=b,c,r=cn,r=n,s=s,i=5,c=,r=n", message.text());
    }

    @Test
    @Conforms(Feature.WAMP_SCRAM)
    void weak_and_endless_parameters_are_not_reasonable() {
        byte[] salt = new byte[16];
        assertTrue(new ScramParameters(Kdf.PBKDF2, salt, 4096, 0).isReasonable());
        assertFalse(new ScramParameters(Kdf.PBKDF2, salt, 4095, 0).isReasonable());
        assertFalse(new ScramParameters(Kdf.PBKDF2, salt, 2_000_000_000, 0).isReasonable());
        assertFalse(new ScramParameters(Kdf.PBKDF2, new byte[4], 4096, 0).isReasonable());
        assertTrue(new ScramParameters(Kdf.ARGON2ID13, salt, 3, 4096).isReasonable());
        assertFalse(new ScramParameters(Kdf.ARGON2ID13, salt, 1, 64).isReasonable());
        assertFalse(new ScramParameters(Kdf.ARGON2ID13, salt, 1, Integer.MAX_VALUE).isReasonable());
        assertFalse(new ScramParameters(Kdf.ARGON2ID13, salt, Integer.MAX_VALUE, 4096).isReasonable());
    }

    @Test
    void nothing_secret_is_printed() {
        ScramCredential credential = ScramCredential.derive(ScramDialect.WAMP, "pencil", ScramParameters.pbkdf2(1));
        assertEquals("ScramCredential[wamp-scram, PBKDF2, 1 iterations]", credential.toString());
    }

    @Test
    void a_stored_key_of_another_form_is_refused_without_repeating_it() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> ScramCredential.stored(ScramDialect.WAMP, ScramParameters.pbkdf2(1), "abc", "abc"));
        assertEquals("stored-key: expected 64 hexadecimal characters, but found another text", refused.getMessage());
    }
}
