package io.bailiwick.router.message;

import java.util.regex.Pattern;

/** Which strings are URIs (WAMP, "URIs"): the loose rule for all peers, the strict one for realms that ask for it. */
public enum UriRule {
    /** Components separated by dots, without white space or {@code #}. */
    LOOSE("[^\\s.#]"),
    /** Components of lower-case letters, digits and underscores only. */
    STRICT("[0-9a-z_]");

    private final Pattern uri;
    private final Pattern prefix;
    private final Pattern wildcard;

    UriRule(String character) {
        String component = character + "+";
        this.uri = Pattern.compile("(?:" + component + "\\.)*+" + component);
        this.prefix = Pattern.compile("(?:" + component + "\\.)*+(?:" + component + ")?");
        this.wildcard = Pattern.compile("(?:" + character + "*\\.)*+(?:" + component + ")?");
    }

    /** Whether this is a URI that names one topic, procedure or error. */
    public boolean allows(String uri) {
        return this.uri.matcher(uri).matches();
    }

    /**
     * Whether this is a pattern under the policy: a prefix may end in a dot or be empty, a wildcard pattern may have
     * empty components.
     */
    public boolean allows(String pattern, MatchPolicy policy) {
        return switch (policy) {
            case EXACT -> uri.matcher(pattern).matches();
            case PREFIX -> prefix.matcher(pattern).matches();
            case WILDCARD -> !pattern.isEmpty() && wildcard.matcher(pattern).matches();
        };
    }
}
