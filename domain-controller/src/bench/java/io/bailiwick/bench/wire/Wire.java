package io.bailiwick.bench.wire;

import io.netty.buffer.ByteBuf;

/** How messages are cut out of a connection's bytes, from the client's side. One for each connection. */
interface Wire {
    /** Writes what the client says first, if anything. */
    void greet(ByteBuf out);

    /**
     * Takes the server's answer to the greeting.
     *
     * @return whether it was all there
     * @throws IllegalStateException when the server refuses
     */
    boolean greeted(ByteBuf in);

    /** Bytes of the frame at the reader index, with its header; 0 if it is not all there. */
    int frame(ByteBuf in);

    /** Where the message stands in the frame that {@link #frame} found. */
    int body();

    /** Whether that frame is for the transport alone; then it was answered, if it had to be. */
    default boolean isControl(ByteBuf in, int length, Client client) {
        return false;
    }

    /**
     * Begins a message: reserves room for the header.
     *
     * @return a mark for {@link #end}
     */
    int begin(ByteBuf out);

    /** Ends the message that began at the mark. */
    void end(ByteBuf out, int mark);
}
