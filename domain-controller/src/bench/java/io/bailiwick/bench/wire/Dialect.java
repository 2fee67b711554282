package io.bailiwick.bench.wire;

import io.netty.buffer.ByteBuf;

/** One protocol as one connection speaks it. Writes into {@link Client#out()}; tells what comes in to the {@link Client}. */
interface Dialect {
    /** Says hello. {@link Client#joined} follows, now or when the server has answered. */
    void open(Client client);

    /** A message came in. */
    void received(Client client, ByteBuf in, int from, int end);

    /** Offers the procedure of a group. {@link Client#confirmed} follows. */
    void register(Client client, long request, int group);

    /**
     * Subscribes. {@link Client#confirmed} follows.
     *
     * @param match exact, prefix or wildcard
     */
    void subscribe(Client client, long request, String topic, String match);

    void call(Client client, long id, int group);

    /** Calls a procedure that has a name, without arguments: WAMP's alone. */
    default void call(Client client, long id, String procedure) {
        throw new UnsupportedOperationException("expected WAMP, but found a protocol that has no procedures");
    }

    /** Answers the call that is being received. */
    void answer(Client client, long id);

    void publish(Client client, byte[] topic, long number);
}
