package io.bailiwick.router.audit;

import java.util.regex.Pattern;

/**
 * Which procedures change nothing, by their names, as both Crossbar.io's and ours are named: what they do, and what they
 * refuse, is no management action.
 */
public final class Looks {
    private static final Pattern NAMES =
            Pattern.compile(".*\\.(get|list|stat|stats|is|has|count|find|describe|query|ping|verify)(_[a-z0-9_]*)?");

    private Looks() {}

    /** Whether a procedure only looks, if it does what the last component of its URI says. */
    public static boolean byName(String uri) {
        return NAMES.matcher(uri).matches();
    }
}
