package io.bailiwick.bench.wire;

/**
 * What one connection is to be.
 *
 * @param role what for
 * @param group with whom: callers and callees, publishers and subscribers of a group belong together
 * @param payload bytes of a message's payload, at least 17
 * @param realm of WAMP; empty for a node, which is told its realm
 */
public record Part(Role role, int group, int payload, String realm) {
    /** A part in the realm that servers are given if nothing else is said. */
    public static Part of(Role role, int group, int payload) {
        return new Part(role, group, payload, "realm1");
    }
}
