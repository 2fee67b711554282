package io.bailiwick.router.pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.MatchPolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics found by pattern, against the rules of matching and against a {@link PatternMap} that does the reverse. */
@Conforms(Feature.PATTERN_BASED_SUBSCRIPTION)
class TopicMapTest {
    private static final List<String> TOPICS = List.of("a", "a.b", "a.b.c", "a.bc", "a.b.d", "b.b.c", "ab");

    private static Set<String> found(TopicMap<String> topics, MatchPolicy match, String pattern) {
        List<String> found = new ArrayList<>();
        topics.forEachMatch(match, pattern, found::add);
        assertEquals(found.size(), new HashSet<>(found).size(), "each topic once");
        return new TreeSet<>(found);
    }

    @ParameterizedTest
    @CsvSource({
        "EXACT, a.b, a.b",
        "EXACT, x, ''",
        "PREFIX, a.b, a.b|a.b.c|a.b.d|a.bc",
        "PREFIX, a.b., a.b.c|a.b.d",
        "PREFIX, a, a|a.b|a.b.c|a.b.d|a.bc|ab",
        "PREFIX, x, ''",
        "PREFIX, a.b.c.d, ''",
        "WILDCARD, .b, a.b",
        "WILDCARD, .b.c, a.b.c|b.b.c",
        "WILDCARD, a..c, a.b.c",
        "WILDCARD, a., a.b|a.bc",
        "WILDCARD, .., a.b.c|a.b.d|b.b.c",
        "WILDCARD, a.b.c., ''",
    })
    void a_pattern_finds_the_topics_that_it_matches(MatchPolicy match, String pattern, String expected) {
        TopicMap<String> topics = new TopicMap<>();
        TOPICS.forEach(topic -> topics.put(topic, topic));
        assertEquals(expected, String.join("|", found(topics, match, pattern)));
    }

    @Test
    void the_empty_prefix_finds_all() {
        TopicMap<String> topics = new TopicMap<>();
        TOPICS.forEach(topic -> topics.put(topic, topic));
        assertEquals(new TreeSet<>(TOPICS), found(topics, MatchPolicy.PREFIX, ""));
    }

    @Test
    void what_is_removed_leaves_no_branch() {
        TopicMap<String> topics = new TopicMap<>();
        TOPICS.forEach(topic -> topics.put(topic, topic));
        topics.remove("a.x");
        topics.remove("a.b");
        assertEquals(null, topics.get("a.b"));
        assertEquals("a.b.c", topics.get("a.b.c"));
        assertFalse(topics.isEmpty());
        TOPICS.forEach(topics::remove);
        assertTrue(topics.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void a_topic_is_found_by_a_pattern_exactly_when_the_pattern_is_found_by_the_topic(long seed) {
        Random random = new Random(seed);
        TopicMap<String> topics = new TopicMap<>();
        Set<String> held = new HashSet<>();
        for (int step = 0; step < 3_000; step++) {
            String topic = text(random, 1, false);
            if (random.nextInt(3) == 0) {
                topics.remove(topic);
                held.remove(topic);
            } else {
                topics.put(topic, topic);
                held.add(topic);
            }
            MatchPolicy match = List.of(MatchPolicy.values()).get(random.nextInt(3));
            String pattern = text(random, match == MatchPolicy.EXACT ? 1 : 0, match == MatchPolicy.WILDCARD);
            PatternMap<String> reverse = new PatternMap<>();
            reverse.put(match, pattern, pattern);
            Set<String> expected = new TreeSet<>();
            held.forEach(candidate -> reverse.forEachMatch(candidate, matched -> expected.add(candidate)));
            assertEquals(expected, found(topics, match, pattern), () -> match + " " + pattern);
        }
    }

    private static String text(Random random, int shortest, boolean gaps) {
        List<String> components = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            components.add(
                    gaps && random.nextInt(3) == 0
                            ? ""
                            : List.of("a", "ab", "b").get(random.nextInt(3)));
        }
        return shortest == 0 && !gaps && random.nextInt(4) == 0
                ? String.join(".", components) + "."
                : String.join(".", components);
    }
}
