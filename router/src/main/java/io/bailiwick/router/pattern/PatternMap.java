package io.bailiwick.router.pattern;

import io.bailiwick.router.message.MatchPolicy;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Values by pattern of URI. A pattern may stand once under each match policy. A lookup costs the length of the URI and
 * what matches it, not the number of patterns.
 *
 * @param <T> what stands at a pattern
 */
public final class PatternMap<T> {

    private final Map<String, T> exact = new HashMap<>();
    private final PrefixTree<T> prefixes = new PrefixTree<>();
    private final WildcardTree<T> wildcards = new WildcardTree<>();

    /** An empty map. */
    public PatternMap() {}

    /** The value that stands at exactly this pattern. */
    public @Nullable T get(MatchPolicy match, String pattern) {
        return switch (match) {
            case EXACT -> exact.get(pattern);
            case PREFIX -> prefixes.get(pattern);
            case WILDCARD -> wildcards.get(pattern);
        };
    }

    /** Puts a value at a pattern, in place of the one that stood there. */
    public void put(MatchPolicy match, String pattern, T value) {
        switch (match) {
            case EXACT -> exact.put(pattern, value);
            case PREFIX -> prefixes.put(pattern, value);
            case WILDCARD -> wildcards.put(pattern, value);
        }
    }

    /** Removes what stands at a pattern, if anything does. */
    public void remove(MatchPolicy match, String pattern) {
        switch (match) {
            case EXACT -> exact.remove(pattern);
            case PREFIX -> prefixes.remove(pattern);
            case WILDCARD -> wildcards.remove(pattern);
        }
    }

    /**
     * The one value that is responsible for a URI (WAMP, "Pattern-based Registrations"): the exact one, else that of the
     * longest prefix, else that of the wildcard pattern with the most literal components from the left.
     *
     * <p>Prefixes are counted in characters, so {@code a.c3} matches {@code a.c33.d}. The specification gives that URI to the
     * wildcard {@code a.c33.} all the same: a prefix comes before the wildcards only if some prefix matches whole components.
     */
    public @Nullable T best(String uri) {
        T value = exact.get(uri);
        if (value != null) {
            return value;
        }
        T longest = prefixes.longest(uri);
        if (longest != null && prefixes.matchesWholeComponents(uri)) {
            return longest;
        }
        value = wildcards.best(uri);
        return value == null ? longest : value;
    }

    /** Visits all values whose pattern matches a URI: exact, prefixes from short to long, wildcards. */
    public void forEachMatch(String uri, Consumer<? super T> visitor) {
        T value = exact.get(uri);
        if (value != null) {
            visitor.accept(value);
        }
        prefixes.forEachMatch(uri, visitor);
        wildcards.forEachMatch(uri, visitor);
    }

    /** Whether nothing is held, not even the branches that once led to a value. */
    public boolean isEmpty() {
        return exact.isEmpty() && prefixes.isEmpty() && wildcards.isEmpty();
    }
}
