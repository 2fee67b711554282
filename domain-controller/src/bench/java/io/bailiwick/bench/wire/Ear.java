package io.bailiwick.bench.wire;

/** What connections tell a load. On the generator's loop. */
public interface Ear {
    /** Somebody calls; to be answered by {@link Client#answer}. */
    default void asked(Client callee, long call) {}

    /** A call was answered. */
    default void answered(Client caller, long call) {}

    /** An event came in. */
    default void heard(Client subscriber, long number) {}

    /** It went wrong: an error, or the end of the connection. */
    void failed(Client client, String reason);
}
