package io.bailiwick.router.message;

import org.jspecify.annotations.Nullable;

/** Which strings are URIs (WAMP, "URIs"): the loose rule for all peers, the strict one for realms that ask for it. */
public enum UriRule {
    /** Components separated by dots, without white space or {@code #}. */
    LOOSE {
        @Override
        boolean takes(char character) {
            return character > ' ' ? character != '#' : character != ' ' && (character < '\t' || character > '\r');
        }
    },
    /** Components of lower-case letters, digits and underscores only. */
    STRICT {
        @Override
        boolean takes(char character) {
            return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') || character == '_';
        }
    };

    /** Strings of so many characters at most, and this many of them, are known again. */
    private static final int LONGEST_KNOWN = 256;

    private static final int MOST_KNOWN = 1_024;

    // The very strings that were allowed lately, each where its hash says: a codec gives the same string for a URI that
    // comes
    // again. Threads may overwrite each other's entries; whatever stands here was allowed, as a string never changes.
    @SuppressWarnings("ImmutableEnumChecker")
    private final @Nullable String[] known = new String[MOST_KNOWN];

    /** Whether a component may have this character, which is no dot. */
    abstract boolean takes(char character);

    /** Whether this is a URI that names one topic, procedure or error. */
    @SuppressWarnings("ReferenceEquality") // Another string of the same text is looked at, which does no harm.
    public boolean allows(String uri) {
        int place = uri.hashCode() & (MOST_KNOWN - 1);
        if (known[place] == uri) {
            return true;
        }
        boolean allowed = allows(uri, false, false);
        if (allowed && uri.length() <= LONGEST_KNOWN) {
            known[place] = uri;
        }
        return allowed;
    }

    /**
     * Whether this is a pattern under the policy: a prefix may end in a dot or be empty, a wildcard pattern may have
     * empty components.
     */
    public boolean allows(String pattern, MatchPolicy policy) {
        return switch (policy) {
            case EXACT -> allows(pattern);
            case PREFIX -> allows(pattern, false, true);
            case WILDCARD -> !pattern.isEmpty() && allows(pattern, true, true);
        };
    }

    // By hand: it stands in the way of each message, where a regular expression took a tenth of all the work.
    private boolean allows(String text, boolean emptyInside, boolean emptyLast) {
        int component = 0;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '.') {
                if (component == 0 && !emptyInside) {
                    return false;
                }
                component = 0;
            } else if (takes(character)) {
                component++;
            } else {
                return false;
            }
        }
        return component > 0 || emptyLast;
    }
}
