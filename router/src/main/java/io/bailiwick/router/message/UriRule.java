package io.bailiwick.router.message;

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

    /** Whether a component may have this character, which is no dot. */
    abstract boolean takes(char character);

    /** Whether this is a URI that names one topic, procedure or error. */
    public boolean allows(String uri) {
        return allows(uri, false, false);
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
