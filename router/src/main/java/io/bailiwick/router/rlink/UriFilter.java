package io.bailiwick.router.rlink;

import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Uris;
import java.util.List;

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

    private static boolean isOfRouters(String uri) {
        return Uris.isReserved(uri) || uri.startsWith("crossbar.");
    }

    private boolean matches(String other) {
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
}
