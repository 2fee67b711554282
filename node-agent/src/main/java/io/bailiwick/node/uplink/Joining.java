package io.bailiwick.node.uplink;

import java.util.Optional;

/**
 * How a node that is not paired is to come into a realm by itself.
 *
 * @param code a join code, which is a secret until it is used up
 * @param name the name that the node would like to have; empty to be given one. Only with a code
 */
public record Joining(Optional<String> code, Optional<String> name) {
    /** The node waits until somebody pairs it. */
    public static final Joining BY_HAND = new Joining(Optional.empty(), Optional.empty());

    /** Everything but the code. */
    @Override
    public String toString() {
        return "Joining[" + (code.isPresent() ? "by code, " : "") + name + "]";
    }
}
