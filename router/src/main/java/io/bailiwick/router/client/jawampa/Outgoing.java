package io.bailiwick.router.client.jawampa;

import io.bailiwick.router.message.Message;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * A request on its way out. jawampa chooses the request id and keeps the place in line; everything else of the message is
 * said here.
 *
 * @param message makes the message, given its request id
 * @param limit how long the router may take to answer
 * @param answer takes the answer from the connection, for requests whose answer jawampa does not tell; for others, nothing
 */
record Outgoing(LongFunction<Message> message, Duration limit, Consumer<Message> answer) {
    /** A request whose answer jawampa tells itself. */
    static Outgoing answeredByJawampa(LongFunction<Message> message, Duration limit) {
        return new Outgoing(message, limit, answer -> {});
    }
}
