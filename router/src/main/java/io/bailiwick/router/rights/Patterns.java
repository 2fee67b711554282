package io.bailiwick.router.rights;

import io.bailiwick.router.message.MatchPolicy;

/** How patterns of URIs lie to each other. */
final class Patterns {
    private Patterns() {}

    /** What every URI that matches the pattern begins with. */
    static String head(MatchPolicy match, String pattern) {
        if (match != MatchPolicy.WILDCARD || pattern.startsWith(".")) {
            return match == MatchPolicy.WILDCARD ? "" : pattern;
        }
        int gap = pattern.indexOf("..");
        if (gap >= 0) {
            return pattern.substring(0, gap + 1);
        }
        return pattern;
    }

    /** Whether a wildcard pattern has a literal component, from the left, where another of the same length has none. */
    static boolean isMoreLiteral(String pattern, String than) {
        String[] left = pattern.split("\\.", -1);
        String[] right = than.split("\\.", -1);
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            if (left[i].isEmpty() != right[i].isEmpty()) {
                return right[i].isEmpty();
            }
        }
        return false;
    }

    /** Whether some URI may match both; in doubt, yes. */
    static boolean overlap(MatchPolicy match, String pattern, MatchPolicy otherMatch, String other) {
        if (match != MatchPolicy.WILDCARD && otherMatch != MatchPolicy.WILDCARD) {
            return (match == MatchPolicy.PREFIX && other.startsWith(pattern))
                    || (otherMatch == MatchPolicy.PREFIX && pattern.startsWith(other))
                    || pattern.equals(other);
        }
        String[] left = pattern.split("\\.", -1);
        String[] right = other.split("\\.", -1);
        boolean sameLength = match != MatchPolicy.PREFIX && otherMatch != MatchPolicy.PREFIX;
        if (sameLength && left.length != right.length) {
            return false;
        }
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            boolean lastOfPrefix = (match == MatchPolicy.PREFIX && i == left.length - 1)
                    || (otherMatch == MatchPolicy.PREFIX && i == right.length - 1);
            boolean meet = left[i].isEmpty()
                    || right[i].isEmpty()
                    || left[i].equals(right[i])
                    || (lastOfPrefix && (left[i].startsWith(right[i]) || right[i].startsWith(left[i])));
            if (!meet) {
                return false;
            }
        }
        return true;
    }
}
