package io.bailiwick.router.link;

/** Counts what passes a network transport. Called on many threads, at times for each read and write: must be cheap. */
public interface Traffic {
    /** Counts nothing. */
    Traffic NONE = new Traffic() {
        @Override
        public void opened(Kind kind) {}

        @Override
        public void closed(Kind kind) {}

        @Override
        public void refused(Refusal why) {}

        @Override
        public void read(long bytes) {}

        @Override
        public void written(long bytes) {}

        @Override
        public void answered(int status) {}
    };

    /** What is open. */
    enum Kind {
        /** A connection that was accepted, whatever becomes of it. */
        CONNECTION,
        /** A link over WebSocket. */
        WEBSOCKET,
        /** A link over RawSocket. */
        RAWSOCKET,
        /** A link over HTTP long-poll. */
        LONGPOLL
    }

    /** Why a connection or a link was refused. */
    enum Refusal {
        /** The listener has all it may have. */
        CONNECTIONS,
        /** The address has all it may have. */
        CONNECTIONS_OF_ADDRESS,
        /** The address came too often. */
        RATE_OF_ADDRESS,
        /** A page of another site. */
        ORIGIN,
        /** The handshake did not end in time. */
        DEADLINE
    }

    /** Something was opened. */
    void opened(Kind kind);

    /** Something that was opened is closed. */
    void closed(Kind kind);

    /** Something was refused. */
    void refused(Refusal why);

    /** Bytes came from the network. */
    void read(long bytes);

    /** Bytes were given to the network. */
    void written(long bytes);

    /** An HTTP request was answered with a status. */
    void answered(int status);
}
