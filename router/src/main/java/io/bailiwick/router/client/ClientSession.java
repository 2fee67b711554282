package io.bailiwick.router.client;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Payload;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A joined WAMP session, seen by its owner. Made by {@link Client}, whatever carries it. Methods may be called from any thread; stages
 * complete on the executor given to {@code join}. A session that is lost stays lost: whoever wants another joins again.
 *
 * <p>Every request ends: with the router's answer; with {@code wamp.error.timeout} when there is none (calls after their own
 * time, everything else after 30 seconds); with {@code wamp.error.network_failure} and the reason when the session has
 * ended; with {@code wamp.error.invalid_uri}, {@code wamp.error.invalid_argument} or {@code wamp.error.unavailable}, before
 * anything is sent, when the URI is none, the arguments cannot be encoded, or 200,000 requests or 64 MiB of arguments wait
 * for the router already. All of these are {@link ApplicationError}s.
 */
public interface ClientSession extends AutoCloseable {

    /** The session id. */
    long id();

    /** The realm this session was assigned to. */
    String realm();

    /** The identity this session was given; empty when the router told none. */
    String authid();

    /** The role this session was given; empty when the router told none. */
    String authrole();

    /** {@code WELCOME.Details}. */
    Dict welcome();

    /**
     * Calls a procedure. Whoever cancels the stage that is returned has the call canceled at the router; a call of a session that
     * jawampa carries is let go only.
     *
     * @param timeout after this long the call is canceled at the router and ends with {@code wamp.error.timeout}
     * @return the result, or an {@link ApplicationError}
     */
    CompletableFuture<Arguments> call(String procedure, Arguments arguments, Duration timeout);

    /**
     * As above, for one who takes parts of the result as they come. Parts come in order, and before the result, on the executor
     * given to {@code join}. A session that jawampa carries is sent none.
     *
     * @param progress takes the progressive results; when it throws, the call goes on
     */
    CompletableFuture<Arguments> call(
            String procedure, Arguments arguments, Duration timeout, Consumer<Arguments> progress);

    /**
     * As above, with more to say to the router.
     *
     * @param options CALL.Options, for example {@code forward_for}; {@code receive_progress} is added for who takes parts. A
     *     session that jawampa carries says none of it
     * @param progress takes the progressive results, if any are wanted
     */
    CompletableFuture<Arguments> call(
            String procedure,
            Dict options,
            Arguments arguments,
            Duration timeout,
            Optional<Consumer<Arguments>> progress);

    /** As above with 30 seconds. */
    default CompletableFuture<Arguments> call(String procedure, @Nullable Object... arguments) {
        return call(procedure, Arguments.of(arguments), Duration.ofSeconds(30));
    }

    /**
     * Calls a procedure whose result the caller reads for itself, as it came: for who gets much of one kind, and makes no values that
     * it does not need. Otherwise as {@link #call(String, Arguments, Duration)}.
     *
     * @return the payload of the result, in the format of the session
     */
    CompletableFuture<Payload> callForPayload(String procedure, Arguments arguments, Duration timeout);

    /**
     * Registers a procedure. Invocations run concurrently as far as the executor allows. An invocation is answered with
     * {@code wamp.error.unavailable} when 1,000 of this session are unanswered already, with {@code wamp.error.canceled} when
     * its caller has given up, and with {@code wamp.error.timeout} after ten minutes.
     *
     * @param options REGISTER.Options, for example {@code match}, {@code invoke}
     * @param procedure answers an invocation; an {@link ApplicationError} becomes an ERROR of the same URI and arguments, any
     *     other failure is logged with a reference and becomes {@code wamp.error.runtime_error} with that reference
     * @return completes when the router has confirmed, before the first invocation
     */
    CompletableFuture<Void> register(
            String uri,
            Dict options,
            Function<Invocation, ? extends java.util.concurrent.CompletionStage<Arguments>> procedure);

    /** Ends what this session has registered under a URI, under whatever match policies. */
    CompletableFuture<Void> unregister(String uri);

    /**
     * Subscribes. Events of all subscriptions of a session arrive in order, one at a time. When 10,000 of them, or 64 MiB,
     * wait for their consumers, further ones are dropped and the log says so. A consumer that throws stays subscribed.
     */
    CompletableFuture<Void> subscribe(String topic, MatchPolicy match, Consumer<Event> consumer);

    /**
     * From now on nothing is read from the router while more than so many events wait for their consumers, so that none has to
     * be dropped: for one whom the router waits for. Without effect where the session cannot do that.
     */
    default void readAhead(int events) {}

    /**
     * Lets events wait, or go on to their consumers: for one who can take no more for a while. Those that are on their way to
     * their consumers still come. Without effect where the session cannot do that.
     */
    default void takeEvents(boolean wanted) {}

    /**
     * Publishes, and completes when the router has acknowledged it.
     *
     * @param options PUBLISH.Options; {@code acknowledge} is added
     */
    CompletableFuture<Void> publish(String topic, Arguments arguments, Dict options);

    /** As above, without further options. */
    default CompletableFuture<Void> publish(String topic, @Nullable Object... arguments) {
        return publish(topic, Arguments.of(arguments), Dict.EMPTY);
    }

    /** Completes, never exceptionally, when this session has ended, with the reason. */
    CompletableFuture<Closed> closed();

    /**
     * Says GOODBYE behind all that was sent before, waits at most two seconds for the answer, closes the link. Idempotent.
     */
    @Override
    void close();

    /**
     * Why a session ended.
     *
     * @param reason the URI of GOODBYE or ABORT, or {@code wamp.close.transport_lost}
     * @param message a sentence, perhaps empty
     */
    record Closed(String reason, String message) {}

    /**
     * A call that arrives at a procedure.
     *
     * @param procedure the URI that was called (differs from the registered one for patterns)
     * @param arguments what the caller gave
     * @param details INVOCATION.Details: {@code caller}, {@code caller_authid}, {@code caller_authrole} when disclosed
     * @param caller the one who waits for the answer
     */
    record Invocation(String procedure, Arguments arguments, Dict details, Caller caller) {
        /** An invocation whose caller takes nothing but the result. */
        public Invocation(String procedure, Arguments arguments, Dict details) {
            this(procedure, arguments, details, Caller.PATIENT);
        }
    }

    /** The one who waits for the answer to an invocation. Any thread. */
    interface Caller {
        /** Takes nothing but the result, and waits for it. */
        Caller PATIENT = new Caller() {
            @Override
            public boolean wantsProgress() {
                return false;
            }

            @Override
            public void progress(Arguments part) {}

            @Override
            public void whenGone(Runnable action) {}
        };

        /** Whether it takes parts of the result as they come. */
        boolean wantsProgress();

        /** Sends it a part of the result. Nothing, when it wants none or the invocation is answered. */
        void progress(Arguments part);

        /** Runs an action when it has given up, or its session has ended, before the invocation is answered. */
        void whenGone(Runnable action);
    }

    /**
     * An event that arrives at a subscription. Its payload is decoded when its arguments are asked for: who gets many of one
     * kind may read the payload, and makes no values that it does not need.
     */
    final class Event {
        private final String topic;
        private final Payload payload;
        private final Dict details;
        /** Two threads may decode it each; that does no harm. */
        private @Nullable Arguments decoded;

        /**
         * An event.
         *
         * @param topic the URI that was published to
         * @param payload what the publisher gave, in the format of the session
         * @param details EVENT.Details: {@code publisher}, {@code publisher_authid} and so on when disclosed
         */
        public Event(String topic, Payload payload, Dict details) {
            this.topic = topic;
            this.payload = payload;
            this.details = details;
        }

        /** As above, of arguments that were on no wire. */
        public Event(String topic, Arguments arguments, Dict details) {
            this(topic, Payloads.encode(Format.CBOR, arguments), details);
        }

        /** The URI that was published to. */
        public String topic() {
            return topic;
        }

        /** What the publisher gave, as it came. */
        public Payload payload() {
            return payload;
        }

        /**
         * What the publisher gave, decoded.
         *
         * @throws io.bailiwick.router.message.ProtocolViolation when it is not what the payload says
         */
        public Arguments arguments() {
            Arguments known = decoded;
            if (known == null) {
                known = Payloads.decode(payload);
                decoded = known;
            }
            return known;
        }

        /** What the router says of it. */
        public Dict details() {
            return details;
        }
    }
}
