package io.bailiwick.router.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The secrets of those who do not exist. */
@Conforms(Feature.UNIFORM_REFUSAL)
class LookalikeTest {
    private final Noise noise = Noise.of(new byte[32]);

    private final List<Secret> secrets = List.of(
            TicketHash.ofRandom("ticket"),
            TicketHash.ofChosen("ticket"),
            CraSecret.plain("secret"),
            CraSecret.derive("secret", 1500),
            ScramCredential.derive(ScramDialect.WAMP, "p", ScramParameters.pbkdf2(10)),
            ScramCredential.derive(ScramDialect.AUTOBAHN, "p", ScramParameters.argon2id(2, 64)));

    @Test
    void ask_and_cost_the_same_as_the_real_one() {
        for (Secret real : secrets) {
            Secret made = real.lookalike(noise.about("joe"));
            // Each prints exactly what a check of it costs.
            assertEquals(real.toString(), made.toString());
            assertEquals(real.method(), made.method());
            assertEquals(real.getClass(), made.getClass());
        }
    }

    @Test
    void have_a_salt_of_the_same_form_that_never_changes() {
        CraSecret real = CraSecret.derive("secret", 1500);
        String salt = real.lookalike(noise.about("joe")).salting().orElseThrow().salt();
        String again =
                real.lookalike(noise.about("joe")).salting().orElseThrow().salt();
        String other =
                real.lookalike(noise.about("ann")).salting().orElseThrow().salt();
        assertEquals(salt, again);
        assertNotEquals(salt, other);
        assertEquals(real.salting().orElseThrow().salt().length(), salt.length());
        assertTrue(salt.endsWith("=="));
        String restarted = real.lookalike(Noise.of(new byte[32]).about("joe"))
                .salting()
                .orElseThrow()
                .salt();
        assertEquals(salt, restarted);

        ScramCredential scram = ScramCredential.derive(ScramDialect.WAMP, "p", ScramParameters.pbkdf2(10));
        assertEquals(
                scram.lookalike(noise.about("joe")).parameters(),
                scram.lookalike(noise.about("joe")).parameters());
        assertNotEquals(
                scram.lookalike(noise.about("joe")).parameters(),
                scram.lookalike(noise.about("ann")).parameters());
    }

    @Test
    void keep_the_alphabet_of_the_salt() {
        assertTrue(noise.text("salt", "0123456789abcdef0123").matches("[0-9a-f]{20}"));
        assertTrue(noise.text("salt", "salt123").matches("[A-Za-z0-9]{7}"));
        assertTrue(noise.text("salt", "+/+/+/+/AAAAAAA=").matches("[A-Za-z0-9+/]{15}="));
    }

    @Test
    void are_answered_by_nobody_who_knows_the_real_secret() {
        assertFalse(TicketHash.ofRandom("ticket").lookalike(noise).matches("ticket"));
        assertFalse(CraSecret.plain("secret").lookalike(noise).isAnsweredBy(CraSecret.answer("secret", "c"), "c"));
    }

    @Test
    void noise_spreads_and_needs_a_key() {
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            int index = noise.about("name" + i).index(5);
            assertTrue(index >= 0 && index < 5);
            seen.add(index);
        }
        assertEquals(5, seen.size());
        assertThrows(IllegalArgumentException.class, () -> Noise.of(new byte[8]));
    }
}
