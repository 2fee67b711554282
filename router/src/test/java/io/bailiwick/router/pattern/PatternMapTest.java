package io.bailiwick.router.pattern;

import static io.bailiwick.router.message.MatchPolicy.EXACT;
import static io.bailiwick.router.message.MatchPolicy.PREFIX;
import static io.bailiwick.router.message.MatchPolicy.WILDCARD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.MatchPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Conforms({Feature.PATTERN_BASED_REGISTRATION, Feature.PATTERN_BASED_SUBSCRIPTION})
class PatternMapTest {
    private final PatternMap<String> map = new PatternMap<>();

    private void put(MatchPolicy match, String... patterns) {
        for (String pattern : patterns) {
            map.put(match, pattern, match.id() + " " + pattern);
        }
    }

    private List<String> matches(String uri) {
        List<String> found = new ArrayList<>();
        map.forEachMatch(uri, found::add);
        return found;
    }

    /** The table of the WAMP specification, "Pattern-based Registrations". */
    @ParameterizedTest
    @CsvSource({
        "a1.b2.c3.d4.e55, exact a1.b2.c3.d4.e55",
        "a1.b2.c3.d98.e74, prefix a1.b2.c3",
        "a1.b2.c3.d4.e325, prefix a1.b2.c3.d4",
        "a1.b2.c55.d4.e5, wildcard a1.b2..d4.e5",
        "a1.b2.c33.d4.e5, wildcard a1.b2.c33..e5",
        "a1.b2.c88.d4.e5.f6.g7, wildcard a1.b2..d4.e5..g7",
        "a2.b2.c2.d2.e2, ",
    })
    void one_pattern_is_responsible_for_a_call(String called, String winner) {
        put(EXACT, "a1.b2.c3.d4.e55");
        put(PREFIX, "a1.b2.c3", "a1.b2.c3.d4");
        put(WILDCARD, "a1.b2..d4.e5", "a1.b2.c33..e5", "a1.b2..d4.e5..g7", "a1.b2..d4..f6.g7");
        assertEquals(winner, map.best(called));
    }

    @Test
    void a_prefix_beats_any_wildcard() {
        put(PREFIX, "a");
        put(WILDCARD, "a.b.c.");
        assertEquals("prefix a", map.best("a.b.c.d"));
    }

    @Test
    void a_prefix_that_ends_inside_a_component_comes_after_the_wildcards() {
        put(PREFIX, "a.c3");
        put(WILDCARD, "a.c33.");
        assertEquals("wildcard a.c33.", map.best("a.c33.d"));
        assertEquals("prefix a.c3", map.best("a.c34.d"));
        assertEquals("prefix a.c3", map.best("a.c33.d.e"));
        put(PREFIX, "a");
        assertEquals("prefix a.c3", map.best("a.c33.d"));
    }

    @Test
    void the_wildcard_with_more_literals_from_the_left_wins() {
        put(WILDCARD, "..c.d.e", "a....", ".b.c.d.e");
        assertEquals("wildcard a....", map.best("a.b.c.d.e"));
        assertEquals("wildcard .b.c.d.e", map.best("x.b.c.d.e"));
        assertEquals("wildcard ..c.d.e", map.best("x.y.c.d.e"));
    }

    @Test
    void a_literal_branch_without_an_end_is_left_again() {
        put(WILDCARD, "a.b..x", "a...y");
        assertEquals("wildcard a...y", map.best("a.b.c.y"));
    }

    @Test
    void a_prefix_matches_by_characters() {
        put(PREFIX, "com.myapp.myobject1", "com.myapp.", "");
        assertEquals("prefix com.myapp.myobject1", map.best("com.myapp.myobject1-x"));
        assertEquals("prefix com.myapp.myobject1", map.best("com.myapp.myobject1"));
        assertEquals("prefix com.myapp.", map.best("com.myapp.other"));
        assertEquals("prefix ", map.best("com.myapp"));
    }

    @Test
    void a_wildcard_matches_the_same_number_of_components() {
        put(WILDCARD, "com..create", ".middle.", "only.");
        assertEquals("wildcard com..create", map.best("com.myapp.create"));
        assertEquals("wildcard .middle.", map.best("a.middle.b"));
        assertEquals("wildcard only.", map.best("only.one"));
        assertNull(map.best("com.myapp.sub.create"));
        assertNull(map.best("only"));
    }

    @Test
    void an_event_reaches_all_patterns_that_match() {
        put(EXACT, "com.myapp.topic");
        put(PREFIX, "", "com.", "com.myapp.topic", "com.myapp.topic.sub", "org");
        put(WILDCARD, "com..topic", "..", "com.myapp.", "com.other.");
        assertEquals(
                List.of(
                        "exact com.myapp.topic",
                        "prefix ",
                        "prefix com.",
                        "prefix com.myapp.topic",
                        "wildcard com.myapp.",
                        "wildcard com..topic",
                        "wildcard .."),
                matches("com.myapp.topic"));
    }

    @Test
    void a_pattern_stands_once_under_each_policy() {
        put(EXACT, "a.b");
        put(PREFIX, "a.b");
        put(WILDCARD, "a.b");
        map.remove(PREFIX, "a.b");
        assertEquals("exact a.b", map.get(EXACT, "a.b"));
        assertNull(map.get(PREFIX, "a.b"));
        assertEquals("wildcard a.b", map.get(WILDCARD, "a.b"));
    }

    @Test
    void removing_what_is_not_there_changes_nothing() {
        put(PREFIX, "abc");
        put(WILDCARD, "a..c");
        map.remove(PREFIX, "ab");
        map.remove(PREFIX, "abcd");
        map.remove(WILDCARD, "a.");
        map.remove(WILDCARD, "a..c.d");
        map.remove(EXACT, "abc");
        assertEquals("prefix abc", map.best("abcd"));
        assertEquals("wildcard a..c", map.best("a.b.c"));
    }

    /** Against the plainest possible form of itself: a list of patterns, each of them tried. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void any_sequence_of_changes_gives_what_trying_each_pattern_gives(long seed) {
        Random random = new Random(seed);
        Map<String, MatchPolicy> model = new HashMap<>();
        for (int step = 0; step < 3_000; step++) {
            MatchPolicy match = List.of(EXACT, PREFIX, WILDCARD).get(random.nextInt(3));
            String pattern = match == EXACT ? uri(random) : pattern(random);
            String value = match.id() + " " + pattern;
            if (random.nextInt(5) < 3) {
                map.put(match, pattern, value);
                model.put(value, match);
            } else {
                map.remove(match, pattern);
                model.remove(value);
            }
            String uri = uri(random);
            List<String> expected = model.keySet().stream()
                    .filter(held -> matches(model.get(held), held.substring(held.indexOf(' ') + 1), uri))
                    .sorted()
                    .toList();
            assertEquals(expected, matches(uri).stream().sorted().toList(), uri);
            assertEquals(expected.isEmpty(), map.best(uri) == null, uri);
            String longest = expected.stream()
                    .filter(held -> held.startsWith("prefix"))
                    .max(Comparator.comparing(String::length))
                    .orElse(null);
            boolean whole = expected.stream().anyMatch(held -> endsAtComponent(held, uri));
            if (!model.containsKey("exact " + uri) && longest != null && whole) {
                assertEquals(longest, map.best(uri));
            }
        }
        model.forEach((value, match) -> map.remove(match, value.substring(value.indexOf(' ') + 1)));
        assertTrue(map.isEmpty(), "no branch is left without a value");
    }

    private static boolean endsAtComponent(String held, String uri) {
        String prefix = held.startsWith("prefix ") ? held.substring(7) : "?";
        String rest = uri.startsWith(prefix) ? uri.substring(prefix.length()) : "?";
        return rest.isEmpty()
                || rest.startsWith(".")
                || (!rest.equals("?") && (prefix.isEmpty() || prefix.endsWith(".")));
    }

    private static String uri(Random random) {
        String[] components = new String[1 + random.nextInt(4)];
        Arrays.setAll(components, i -> random.nextBoolean() ? "a" : random.nextBoolean() ? "ab" : "b");
        return String.join(".", components);
    }

    private static String pattern(Random random) {
        String[] components = new String[1 + random.nextInt(4)];
        Arrays.setAll(components, i -> new String[] {"", "a", "ab", "b"}[random.nextInt(4)]);
        return String.join(".", components);
    }

    private static boolean matches(MatchPolicy match, String pattern, String uri) {
        if (match != WILDCARD) {
            return match == EXACT ? uri.equals(pattern) : uri.startsWith(pattern);
        }
        String[] wanted = pattern.split("\\.", -1);
        String[] found = uri.split("\\.", -1);
        boolean same = wanted.length == found.length;
        for (int i = 0; same && i < wanted.length; i++) {
            same = wanted[i].isEmpty() || wanted[i].equals(found[i]);
        }
        return same;
    }

    /** Trying each pattern takes some thirty seconds for this; the index takes less than one. */
    @Test
    void a_hundred_thousand_patterns_are_not_tried_one_by_one() {
        for (int i = 0; i < 50_000; i++) {
            put(PREFIX, "com.app" + i % 300 + ".device" + i + ".");
            put(WILDCARD, "com.app" + i % 300 + "..device" + i);
        }
        assertTimeout(Duration.ofSeconds(10), () -> {
            for (int i = 0; i < 10_000; i++) {
                assertEquals(
                        1,
                        matches("com.app" + i % 300 + ".device" + i + ".temperature")
                                .size());
                assertFalse(matches("com.app" + i % 300 + ".any.device" + i).isEmpty());
            }
        });
    }
}
