package io.bailiwick.router.meta;

/**
 * What the meta API keeps for sessions, at most.
 *
 * @param testaments the testaments of a session, of both scopes together
 * @param testamentBytes the bytes of their payloads together
 * @param descriptions the descriptions that a session has defined
 * @param realmDescriptions the descriptions of all sessions
 * @param descriptionBytes the bytes of one description
 */
public record MetaOptions(
        int testaments, int testamentBytes, int descriptions, int realmDescriptions, int descriptionBytes) {
    /** For sessions that come over a network: 64 testaments of 256 KiB, 200 of 2,000 descriptions of 16 KiB each. */
    public static final MetaOptions DEFAULT = new MetaOptions(64, 256 << 10, 200, 2_000, 16 << 10);

    /** All must be positive. */
    public MetaOptions {
        if (testaments < 1 || testamentBytes < 1 || descriptions < 1 || realmDescriptions < 1 || descriptionBytes < 1) {
            throw new IllegalArgumentException("expected positive limits, but found one below 1");
        }
    }
}
