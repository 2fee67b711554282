package io.bailiwick.router.rlink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.message.MatchPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What patterns have in common with the filters of a link. */
class UriFilterTest {
    private static MatchPolicy policy(String id) {
        return Arrays.stream(MatchPolicy.values())
                .filter(policy -> policy.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> common(List<UriFilter> filters, String match, String uri) {
        return UriFilter.common(filters, new Target(uri, policy(match), null)).stream()
                .map(target -> target.match().id() + " " + target.uri())
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @CsvSource({
        // A pattern inside a filter stays as it is.
        "prefix, com.example., prefix, com.example.shop., prefix com.example.shop.",
        "prefix, com.example., exact, com.example.one, exact com.example.one",
        "prefix, com.example., wildcard, com.example..one, wildcard com.example..one",
        "wildcard, com..one, wildcard, com..one, wildcard com..one",
        // A wider one becomes the filter.
        "prefix, com.example., prefix, com., prefix com.example.",
        "prefix, com.example., prefix, '', prefix com.example.",
        "exact, com.example.one, prefix, com., exact com.example.one",
        "exact, com.example.one, wildcard, com..one, exact com.example.one",
        "wildcard, com..one, prefix, com., wildcard com..one",
        "wildcard, com..one, wildcard, com.., wildcard com..one",
        // Of what overlaps, that which has all of it.
        "wildcard, com..one, wildcard, .example., exact com.example.one",
        "prefix, com.example., wildcard, com..one, exact com.example.one",
        "prefix, com.example., wildcard, ...one, wildcard com.example..one",
        "prefix, com.exa, wildcard, ..one, wildcard com..one",
        "wildcard, ..one, prefix, com.exa, wildcard com..one",
        // What has nothing in common has nothing.
        "prefix, com.example., prefix, org., ",
        "prefix, com.example., exact, com.other.one, ",
        "exact, com.example.one, prefix, org., ",
        "wildcard, com..one, wildcard, org.., ",
        "wildcard, com..one, wildcard, com., ",
        "wildcard, com..one, prefix, com.example.one.more, ",
        "wildcard, com..one, prefix, com.example.tw, ",
        "prefix, '', prefix, wamp., ",
    })
    void what_a_pattern_has_in_common_with_a_filter(
            String filterMatch, String filter, String match, String uri, String common) {
        List<UriFilter> filters = List.of(new UriFilter(filter, policy(filterMatch)));
        assertEquals(common == null ? Set.of() : Set.of(common), common(filters, match, uri));
    }

    @Test
    void of_several_filters_each_counts_and_without_one_all_does() {
        List<UriFilter> filters = List.of(
                new UriFilter("com.example.", MatchPolicy.PREFIX), new UriFilter("com.other.one", MatchPolicy.EXACT));
        assertEquals(Set.of("prefix com.example.", "exact com.other.one"), common(filters, "prefix", "com."));
        assertEquals(Set.of("prefix com."), common(List.of(), "prefix", "com."));
    }
}
