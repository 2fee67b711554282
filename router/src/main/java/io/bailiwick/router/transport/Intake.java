package io.bailiwick.router.transport;

import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.transport.frame.Serializer;
import java.util.function.IntSupplier;

/** What is made of the whole messages that a transport brings. On the channel's loop. */
interface Intake {
    /** Whether messages of this kind, text or else binary, are expected. */
    boolean takes(boolean text);

    /** Whether it looks at all octets of a text, and refuses one that is not UTF-8. */
    default boolean checksText() {
        return false;
    }

    /**
     * Takes a message; the array is lent until this returns.
     *
     * @throws ProtocolViolation when it is not what the peer should send
     */
    void message(boolean text, byte[] bytes, int from, int to);

    /** Reads WAMP messages: one in each message of the transport, or a batch of them. */
    record Wamp(Serializer serializer, IntSupplier limit, Serializer.Receiver listener) implements Intake {
        @Override
        public boolean takes(boolean text) {
            return text == serializer.format().isText();
        }

        /** The reader of JSON does. But what stands first in a batch is delivered before all of it was looked at. */
        @Override
        public boolean checksText() {
            return serializer.maxTogether() == 1;
        }

        @Override
        public void message(boolean text, byte[] bytes, int from, int to) {
            serializer.read(bytes, from, to, limit.getAsInt(), listener);
        }
    }
}
