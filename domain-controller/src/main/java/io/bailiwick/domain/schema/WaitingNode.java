package io.bailiwick.domain.schema;

import org.jspecify.annotations.Nullable;

/**
 * A node that has proven its key, belongs to no realm, and waits for somebody to say where it belongs.
 *
 * @param pubkey its public key, 64 lower-case hexadecimal characters
 * @param address where it came from last, as the transport says
 * @param network what counts as one where such nodes are counted: the address without its port
 * @param version what it says it is, or null
 * @param firstSeen when it knocked first, microseconds since 1970 UTC
 * @param lastSeen when it knocked last, microseconds since 1970 UTC
 * @param attempts how often it has knocked
 */
public record WaitingNode(
        String pubkey,
        String address,
        String network,
        @Nullable String version,
        long firstSeen,
        long lastSeen,
        long attempts) {

    /** This node after it has knocked once more. */
    public WaitingNode again(String from, String of, @Nullable String saysItIs, long now) {
        return new WaitingNode(pubkey, from, of, saysItIs, firstSeen, now, attempts + 1);
    }
}
