package io.bailiwick.router.client.session;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One joined WAMP session in terms of messages. Methods may be called from any thread and return at once. Whatever is told
 * back (answers, events, invocations, the end) is told on a thread of the session's choice: the receiver must return at once
 * and must not block or throw. Every request is answered exactly once: by the router's message, or by an ERROR of this
 * session's own making, {@code wamp.error.timeout} when the router was silent, {@code wamp.error.invalid_argument} when it
 * cannot be sent, {@code wamp.error.network_failure} when the session has ended. All payloads that are told may be kept.
 */
public interface MessageSession {
    /** Of no standard: the reason of an end in which the link ended without a word of the router. */
    String TRANSPORT_LOST = "wamp.close.transport_lost";

    /** How long a closing session waits for the router's GOODBYE and for the link to close. */
    long CLOSING_SECONDS = 2;

    /** Takes invocations of one registration. */
    @FunctionalInterface
    interface Callee {
        /**
         * An invocation.
         *
         * @param reply takes the answer, YIELD or ERROR, once, from any thread; one that comes after the session's end is
         *     dropped
         */
        void invoked(Message.Invocation invocation, Consumer<Message> reply);
    }

    /** WELCOME. */
    Message.Welcome welcome();

    /** The format to make payloads in: the link's own, CBOR for a link in this process. */
    Format format();

    /** Completes, never exceptionally, when the session is over, with GOODBYE's or ABORT's reason and message. */
    CompletableFuture<Message.Goodbye> ended();

    /** Calls. {@code answer} gets a RESULT or an ERROR; a call that was not answered in time is canceled at the router. */
    void call(String procedure, Dict options, Payload payload, Duration limit, Consumer<Message> answer);

    /**
     * As above, for one who takes parts of the result as they come, before the answer, and who may give up. Where a session
     * knows of no parts none come, and giving up changes nothing: the answer comes then as if nobody had.
     *
     * @param options {@code receive_progress}, where parts are wanted
     * @param progress takes each RESULT that is a part
     * @return gives the call up: it is canceled at the router, and {@code answer} gets {@code wamp.error.canceled}. May be run
     *     at any time, from any thread
     */
    default Runnable call(
            String procedure,
            Dict options,
            Payload payload,
            Duration limit,
            Consumer<Message.Result> progress,
            Consumer<Message> answer) {
        call(procedure, Dict.EMPTY, payload, limit, answer);
        return () -> {};
    }

    /** Publishes with acknowledgement. {@code answer} gets a PUBLISHED or an ERROR. */
    void publish(String topic, Dict options, Payload payload, Duration limit, Consumer<Message> answer);

    /** Subscribes. {@code answer} gets a SUBSCRIBED, before the first event, or an ERROR. */
    void subscribe(
            String topic, Dict options, Consumer<Message.Event> events, Duration limit, Consumer<Message> answer);

    /** Registers. {@code answer} gets a REGISTERED, before the first invocation, or an ERROR. */
    void register(String procedure, Dict options, Callee callee, Duration limit, Consumer<Message> answer);

    /** Ends a registration of this session. {@code answer} gets an UNREGISTERED or an ERROR. */
    void unregister(long registration, Duration limit, Consumer<Message> answer);

    /**
     * Asks the link to stop reading from the router, or to go on; what is on its way may still come. Where a session cannot do
     * that, nothing happens.
     */
    default void reading(boolean wanted) {}

    /**
     * Says GOODBYE behind all that was asked for before, and closes the link; {@link #ended} completes two seconds later at
     * most. Idempotent.
     */
    void close();
}
