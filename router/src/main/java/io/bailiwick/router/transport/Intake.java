package io.bailiwick.router.transport;

import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.transport.frame.Serializer;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/** What is made of the whole messages that a transport brings. On the channel's loop. */
interface Intake {
    /** Whether messages of this kind, text or else binary, are expected. */
    boolean takes(boolean text);

    /**
     * Takes a message, and owns its bytes.
     *
     * @throws ProtocolViolation when it is not what the peer should send
     */
    void message(boolean text, byte[] bytes);

    /** Reads WAMP messages: one in each message of the transport, or a batch of them. */
    record Wamp(Serializer serializer, IntSupplier limit, Consumer<Message> listener) implements Intake {
        @Override
        public boolean takes(boolean text) {
            return text == serializer.format().isText();
        }

        @Override
        public void message(boolean text, byte[] bytes) {
            serializer.read(bytes, limit.getAsInt(), listener);
        }
    }
}
