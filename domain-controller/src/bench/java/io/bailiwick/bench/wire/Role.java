package io.bailiwick.bench.wire;

/** What a connection is there for. */
public enum Role {
    CALLER,
    CALLEE,
    PUBLISHER,
    SUBSCRIBER;

    /** Whether the relay is to pass on what it says to callees or subscribers, and not to callers and publishers. */
    boolean sends() {
        return this == CALLER || this == PUBLISHER;
    }
}
