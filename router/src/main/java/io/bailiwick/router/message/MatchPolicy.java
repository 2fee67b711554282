package io.bailiwick.router.message;

/** How the URI of a subscription or registration is matched against the URI of a publication or call. */
public enum MatchPolicy {
    /** Equal, character by character. */
    EXACT("exact"),
    /** The pattern is a prefix of the URI, by characters. */
    PREFIX("prefix"),
    /** Same number of components; an empty component of the pattern matches any one. */
    WILDCARD("wildcard");

    private final String id;

    MatchPolicy(String id) {
        this.id = id;
    }

    /** The value of the option {@code match}. */
    public String id() {
        return id;
    }

    /**
     * Reads {@code match} from the options of SUBSCRIBE or REGISTER; exact when absent.
     *
     * @throws ProtocolViolation when it is none of the three
     */
    public static MatchPolicy of(Dict options) {
        String text = options.textOrNull("match");
        if (text == null) {
            return EXACT;
        }
        for (MatchPolicy policy : values()) {
            if (policy.id.equals(text)) {
                return policy;
            }
        }
        throw new ProtocolViolation("Options.match", "one of exact, prefix, wildcard", "another string");
    }
}
