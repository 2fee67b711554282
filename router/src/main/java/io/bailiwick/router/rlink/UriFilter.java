package io.bailiwick.router.rlink;

import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Uris;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Topics or procedures that may cross a link.
 *
 * @param uri a URI or a pattern
 * @param match how it is to be understood
 */
public record UriFilter(String uri, MatchPolicy match) {

    /** Whether events of this topic, or calls of this procedure, may cross: none that belongs to a router itself ever does. */
    static boolean admits(List<UriFilter> filters, String uri) {
        return !isOfRouters(uri) && (filters.isEmpty() || filters.stream().anyMatch(filter -> filter.matches(uri)));
    }

    /** Whether all that a pattern matches may cross; a pattern in which a router's own URIs lie counts without them. */
    static boolean admits(List<UriFilter> filters, Target target) {
        if (target.match() == MatchPolicy.EXACT) {
            return admits(filters, target.uri());
        }
        return !isOfRouters(target.uri())
                && (filters.isEmpty() || filters.stream().anyMatch(filter -> filter.covers(target)));
    }

    /**
     * What a pattern has in common with the filters, as patterns: itself where one of them covers it. Of what two patterns
     * have in common there may be no pattern ({@code a..c} and prefix {@code a.b}); then it is the narrowest that has all of
     * it, so that each single URI is to be checked still.
     */
    static Set<Target> common(List<UriFilter> filters, Target target) {
        if (admits(filters, target)) {
            return Set.of(target);
        }
        Set<Target> common = new LinkedHashSet<>();
        for (UriFilter filter : filters) {
            Target one = filter.common(target);
            if (one != null && !isOfRouters(one.uri())) {
                common.add(one);
            }
        }
        return common;
    }

    private static boolean isOfRouters(String uri) {
        return Uris.isReserved(uri) || uri.startsWith("crossbar.");
    }

    /** Whether a URI is matched. */
    boolean matches(String other) {
        return switch (match) {
            case EXACT -> uri.equals(other);
            case PREFIX -> other.startsWith(uri);
            case WILDCARD -> matchesWildcard(other);
        };
    }

    private boolean covers(Target target) {
        return (match == target.match() && uri.equals(target.uri()))
                || (match == MatchPolicy.PREFIX && target.uri().startsWith(uri));
    }

    private boolean matchesWildcard(String other) {
        String[] pattern = uri.split("\\.", -1);
        String[] parts = other.split("\\.", -1);
        if (pattern.length != parts.length) {
            return false;
        }
        for (int i = 0; i < parts.length; i++) {
            if (!pattern[i].isEmpty() && !pattern[i].equals(parts[i])) {
                return false;
            }
        }
        return true;
    }

    // ---- what two patterns have in common

    private @Nullable Target common(Target target) {
        UriFilter other = new UriFilter(target.uri(), target.match());
        if (match == MatchPolicy.EXACT) {
            return other.matches(uri) ? target.as(uri, MatchPolicy.EXACT) : null;
        } else if (other.match == MatchPolicy.EXACT) {
            return matches(other.uri) ? target : null;
        } else if (match == MatchPolicy.WILDCARD) {
            return other.match == MatchPolicy.WILDCARD
                    ? common(target, uri, other.uri)
                    : within(target, uri, other.uri);
        } else if (other.match == MatchPolicy.WILDCARD) {
            return within(target, other.uri, uri);
        }
        if (uri.startsWith(other.uri)) {
            return target.as(uri, MatchPolicy.PREFIX);
        }
        return other.uri.startsWith(uri) ? target : null;
    }

    /** What two wildcards have in common. */
    private static @Nullable Target common(Target target, String one, String other) {
        String[] parts = one.split("\\.", -1);
        String[] others = other.split("\\.", -1);
        if (parts.length != others.length) {
            return null;
        }
        for (int i = 0; i < parts.length; i++) {
            if (parts[i].isEmpty()) {
                parts[i] = others[i];
            } else if (!others[i].isEmpty() && !others[i].equals(parts[i])) {
                return null;
            }
        }
        return joined(target, parts);
    }

    /** A wildcard with the whole components of a prefix filled in; that its last one begins so, a wildcard cannot say. */
    private static @Nullable Target within(Target target, String wildcard, String prefix) {
        String[] parts = wildcard.split("\\.", -1);
        String[] begin = prefix.split("\\.", -1);
        if (begin.length > parts.length) {
            return null;
        }
        int last = begin.length - 1;
        for (int i = 0; i < last; i++) {
            if (parts[i].isEmpty()) {
                parts[i] = begin[i];
            } else if (!parts[i].equals(begin[i])) {
                return null;
            }
        }
        return parts[last].isEmpty() || parts[last].startsWith(begin[last]) ? joined(target, parts) : null;
    }

    private static Target joined(Target target, String[] parts) {
        boolean whole = List.of(parts).stream().noneMatch(String::isEmpty);
        return target.as(String.join(".", parts), whole ? MatchPolicy.EXACT : MatchPolicy.WILDCARD);
    }
}
