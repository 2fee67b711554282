package io.bailiwick.router.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Conforms(Feature.URIS)
class UriRuleTest {

    @Test
    void the_answer_to_a_string_that_comes_again_is_the_same_for_each_rule() {
        for (int round = 0; round < 3; round++) {
            for (String uri :
                    new String[] {"com.example.x", "com.Example.x", "com..x", "Aa.x", "BB.x", "x".repeat(300)}) {
                boolean strict = !uri.contains("E") && !uri.contains("..") && !uri.contains("A") && !uri.contains("B");
                assertEquals(!uri.contains(".."), UriRule.LOOSE.allows(uri));
                assertEquals(strict, UriRule.STRICT.allows(uri), uri);
                assertEquals(!uri.contains(".."), UriRule.LOOSE.allows(new String(uri.toCharArray())));
            }
        }
        // Two strings of one hash, of which one is no URI.
        assertTrue(UriRule.LOOSE.allows("AaC#".replace('#', 'x')));
        String allowed = "Aa";
        assertEquals(allowed.hashCode(), "BB".hashCode());
        assertTrue(UriRule.LOOSE.allows(allowed));
        assertTrue(UriRule.LOOSE.allows("BB"));
        assertEquals("0.".hashCode(), "/M".hashCode());
        assertTrue(UriRule.LOOSE.allows("/M"));
        assertFalse(UriRule.LOOSE.allows("0."));
        assertFalse(UriRule.LOOSE.allows("0."));
    }

    @ParameterizedTest
    @CsvSource({
        // URI, loose, strict
        "com.example.x, true, true",
        "a, true, true",
        "com.Example.X-1, true, false",
        "com.über.節, true, false",
        "'', false, false",
        "., false, false",
        ".a, false, false",
        "a., false, false",
        "a..b, false, false",
        "a b, false, false",
        "a.b#c, false, false",
        "a.9_z, true, true"
    })
    void a_uri_is_components_between_dots(String uri, boolean loose, boolean strict) {
        assertEquals(loose, UriRule.LOOSE.allows(uri));
        assertEquals(strict, UriRule.STRICT.allows(uri));
        assertEquals(loose, UriRule.LOOSE.allows(uri, MatchPolicy.EXACT));
    }

    @ParameterizedTest
    @CsvSource({
        // pattern, as a prefix, as a wildcard
        "'', true, false",
        "a, true, true",
        "a., true, true",
        "a.b., true, true",
        "., false, true",
        ".a, false, true",
        "a..b, false, true",
        "a...b., false, true",
        "a b, false, false",
        "a.#, false, false"
    })
    void a_prefix_may_end_in_a_dot_and_a_wildcard_may_have_empty_components(
            String pattern, boolean prefix, boolean wildcard) {
        assertEquals(prefix, UriRule.LOOSE.allows(pattern, MatchPolicy.PREFIX));
        assertEquals(wildcard, UriRule.LOOSE.allows(pattern, MatchPolicy.WILDCARD));
        assertEquals(prefix, UriRule.STRICT.allows(pattern, MatchPolicy.PREFIX));
        assertEquals(wildcard, UriRule.STRICT.allows(pattern, MatchPolicy.WILDCARD));
    }

    @Test
    void white_space_of_any_kind_and_line_ends_are_no_part_of_a_uri() {
        for (String white : new String[] {" ", "\t", "\n", "\r", "\u000b", "\f"}) {
            assertFalse(UriRule.LOOSE.allows("a" + white), white);
            assertFalse(UriRule.LOOSE.allows(white + "a"), white);
            assertFalse(UriRule.STRICT.allows("a" + white), white);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_long_text_takes_neither_long_nor_the_stack(UriRule rule) {
        String components = "a.".repeat(4_000_000);
        String one = "a".repeat(8_000_000);
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            assertTrue(rule.allows(components + "a"));
            assertFalse(rule.allows(components));
            assertTrue(rule.allows(one));
            assertFalse(rule.allows(one + " "));
            for (MatchPolicy policy : MatchPolicy.values()) {
                assertTrue(rule.allows(components + "a", policy));
                assertFalse(rule.allows(components + "a b", policy));
            }
        });
    }
}
