package io.bailiwick.router.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Conforms(Feature.WAMPCRA)
class CraTest {
    static List<JsonNode> vectors() {
        return Vectors.of("wampcra");
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void the_known_answers_come_out(JsonNode vector) {
        String secret = vector.get("secret").asText();
        String challenge = vector.get("challenge").asText();
        String answer = vector.get("answer").asText();
        CraSecret stored = CraSecret.plain(secret);
        if (vector.has("salt")) {
            CraSecret.Salting salting = new CraSecret.Salting(
                    vector.get("salt").asText(),
                    vector.get("iterations").asInt(),
                    vector.get("keylen").asInt());
            String key = salting.keyOf(secret);
            assertEquals(vector.get("derivedKey").asText(), key);
            assertEquals(answer, CraSecret.answer(key, challenge));
            stored = CraSecret.derived(key, salting);
        } else {
            assertEquals(answer, CraSecret.answer(secret, challenge));
        }
        assertTrue(stored.isAnsweredBy(answer, challenge));
        assertFalse(stored.isAnsweredBy(answer, challenge + " "));
        assertFalse(stored.isAnsweredBy("A" + answer.substring(1), challenge));
    }

    @Test
    void the_values_that_all_clients_are_tested_with_come_out() {
        assertEquals(
                "qzcdsr9uu/L5hnss3kjNTRe490ETgA70ZBaB5rvnJ5Y=",
                new CraSecret.Salting("salt123", 1000, 32).keyOf("L3L1YUE8Txlw"));
        assertEquals("1njQtmmeYO41N5EWEzD2kAjjEKRZ5kPZt/TzpYXOzR0=", CraSecret.answer("L3L1YUE8Txlw", "[1, 2, 3]"));
    }

    @Test
    void a_plain_secret_and_a_derived_key_are_two_things() {
        CraSecret.Salting salting = new CraSecret.Salting("salt", 1000, 32);
        CraSecret derived = CraSecret.derived(salting.keyOf("secret"), salting);
        assertEquals(Optional.of(salting), derived.salting());
        assertEquals(Optional.empty(), CraSecret.plain("secret").salting());
        assertFalse(derived.isAnsweredBy(CraSecret.answer("secret", "c"), "c"));
        assertTrue(derived.isAnsweredBy(CraSecret.answer(salting.keyOf("secret"), "c"), "c"));
        CraSecret fresh = CraSecret.derive("secret", 1000);
        assertTrue(fresh.isAnsweredBy(
                CraSecret.answer(fresh.salting().orElseThrow().keyOf("secret"), "c"), "c"));
    }

    @Test
    void the_challenge_is_json_whatever_the_authid_contains() throws IOException {
        String hostile = "joe\",\"authrole\":\"admin\n\u0000";
        JsonNode json = new JsonMapper()
                .readTree(CraChallenge.issue(hostile, "user", "static", Instant.parse("2026-01-01T00:00:00Z"), 4711));
        assertEquals(hostile, json.get("authid").asText());
        assertEquals("user", json.get("authrole").asText());
        assertEquals("wampcra", json.get("authmethod").asText());
        assertEquals("static", json.get("authprovider").asText());
        assertEquals("2026-01-01T00:00:00Z", json.get("timestamp").asText());
        assertEquals(4711, json.get("session").asLong());
        assertEquals(7, json.size());
    }

    @Test
    void no_challenge_is_issued_twice() {
        Instant now = Instant.EPOCH;
        assertNotEquals(CraChallenge.issue("a", "b", "c", now, 1), CraChallenge.issue("a", "b", "c", now, 1));
    }

    @Test
    void an_answer_that_is_no_base64_is_wrong_and_no_failure() {
        CraSecret secret = CraSecret.plain("secret");
        for (String answer : List.of("", "=", "====", "\u0000", "ä", "A".repeat(1 << 16), "AAAA\nAAAA")) {
            assertFalse(secret.isAnsweredBy(answer, "challenge"));
        }
    }

    @Test
    void parameters_out_of_bounds_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> new CraSecret.Salting("", 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new CraSecret.Salting("s", 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new CraSecret.Salting("s", Integer.MAX_VALUE, 1));
        assertThrows(IllegalArgumentException.class, () -> new CraSecret.Salting("s", 1, Integer.MAX_VALUE));
        assertThrows(IllegalArgumentException.class, () -> CraSecret.plain(""));
        assertEquals("CraSecret[plain]", CraSecret.plain("secret").toString());
    }
}
