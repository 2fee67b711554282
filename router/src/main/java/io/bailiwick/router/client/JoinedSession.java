package io.bailiwick.router.client;

import io.bailiwick.router.client.session.MessageSession;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.UriRule;
import io.bailiwick.router.message.Uris;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session for its owner: plain values instead of messages and payloads, and nothing of the owner's runs anywhere but on
 * the owner's executor.
 */
final class JoinedSession implements ClientSession {
    private static final Logger LOG = LoggerFactory.getLogger(JoinedSession.class);

    /** How long the router may take to confirm what is not a call. */
    private static final Duration CONFIRMATION = Duration.ofSeconds(30);

    private static final Duration CLOSE_WAIT = Duration.ofMillis(2_500);
    private static final int MAX_EVENTS = 10_000;
    private static final long MAX_EVENT_BYTES = 64L << 20;
    private static final int MAX_REQUESTS = 200_000;
    private static final long MAX_REQUEST_BYTES = 64L << 20;

    /** One subscription at the router, however many consumers it has here. */
    private record Subscribed(List<Consumer<Event>> consumers, CompletableFuture<Void> confirmed) {}

    private record Topic(String uri, MatchPolicy match) {
        // By hand: what a record has by itself is made when it is first needed, which delays each start.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Topic that && match == that.match && uri.equals(that.uri);
        }

        @Override
        public int hashCode() {
            return uri.hashCode();
        }
    }

    final MessageSession session;
    private final Format format;
    private final Callee callee;
    private final Executor callbacks;
    private final EventQueue events;
    private final Backlog unanswered = new Backlog(MAX_REQUESTS, MAX_REQUEST_BYTES);
    private final String realm;
    private final String authid;
    private final String authrole;
    private final Map<Topic, Subscribed> subscriptions = new ConcurrentHashMap<>();
    private final Map<String, List<Long>> registrations = new ConcurrentHashMap<>();
    private final CompletableFuture<Closed> closed = new CompletableFuture<>();

    /**
     * A session for its owner.
     *
     * @throws ProtocolViolation when WELCOME does not say in which realm the session is
     */
    JoinedSession(MessageSession session, Identity identity, Callee callee, Executor callbacks) {
        this.session = session;
        this.format = session.format();
        this.callee = callee;
        this.callbacks = callbacks;
        this.events = new EventQueue(callbacks, new Backlog(MAX_EVENTS, MAX_EVENT_BYTES));
        Dict welcome = session.welcome().details();
        this.authid = welcome.text("authid").orElse("");
        this.authrole = welcome.text("authrole").orElse("");
        String assigned = welcome.textOrNull("realm");
        String known = assigned == null ? identity.realm() : assigned;
        if (known == null) {
            throw new ProtocolViolation("WELCOME.Details.realm", "the realm assigned", "none");
        }
        this.realm = known;
        session.ended().thenAccept(this::ended);
    }

    private void ended(Message.Goodbye why) {
        callee.ended();
        Closed reason = new Closed(why.reason(), why.details().text("message").orElse(""));
        hand(() -> closed.complete(reason));
    }

    /** Runs a completion on the owner's executor; if that is shut down, elsewhere: a stage must not stay open for ever. */
    static void hand(Executor callbacks, Runnable completion) {
        try {
            callbacks.execute(completion);
        } catch (RejectedExecutionException shutDown) {
            ForkJoinPool.commonPool().execute(completion);
        }
    }

    private void hand(Runnable completion) {
        hand(callbacks, completion);
    }

    @Override
    public long id() {
        return session.welcome().session();
    }

    @Override
    public String realm() {
        return realm;
    }

    @Override
    public String authid() {
        return authid;
    }

    @Override
    public String authrole() {
        return authrole;
    }

    @Override
    public Dict welcome() {
        return session.welcome().details();
    }

    @Override
    public CompletableFuture<Arguments> call(String procedure, Arguments arguments, Duration timeout) {
        return call(procedure, Dict.EMPTY, arguments, timeout, Optional.empty());
    }

    @Override
    public CompletableFuture<Arguments> call(
            String procedure, Arguments arguments, Duration timeout, Consumer<Arguments> progress) {
        return call(procedure, Dict.EMPTY, arguments, timeout, Optional.of(progress));
    }

    @Override
    public CompletableFuture<Arguments> call(
            String procedure,
            Dict options,
            Arguments arguments,
            Duration timeout,
            Optional<Consumer<Arguments>> progress) {
        return progress.map(taker -> call(
                        procedure,
                        options.with("receive_progress", true),
                        arguments,
                        timeout,
                        (Message.Result part) -> hand(() -> progressed(procedure, part, taker))))
                .orElseGet(() -> call(procedure, options, arguments, timeout, (Message.Result part) -> {}));
    }

    @Override
    public CompletableFuture<Payload> callForPayload(String procedure, Arguments arguments, Duration timeout) {
        return call(procedure, Dict.EMPTY, arguments, timeout, part -> {}, payload -> payload);
    }

    private CompletableFuture<Arguments> call(
            String procedure, Dict options, Arguments arguments, Duration timeout, Consumer<Message.Result> progress) {
        return call(procedure, options, arguments, timeout, progress, Payloads::decode);
    }

    private <T> CompletableFuture<T> call(
            String procedure,
            Dict options,
            Arguments arguments,
            Duration timeout,
            Consumer<Message.Result> progress,
            Function<Payload, T> reading) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout: expected more than nothing, but came " + timeout);
        }
        // Completed by the thread that sends; whoever cancels may be earlier.
        CompletableFuture<Runnable> sent = new CompletableFuture<>();
        CompletableFuture<T> result = request(
                procedure,
                arguments,
                (payload, answer) ->
                        sent.complete(session.call(procedure, options, payload, timeout, progress, answer)),
                reading);
        result.whenComplete((value, failure) -> {
            if (result.isCancelled()) {
                sent.thenAccept(Runnable::run);
            }
        });
        return result;
    }

    private static void progressed(String procedure, Message.Result part, Consumer<Arguments> progress) {
        try {
            progress.accept(Payloads.decode(part.payload()));
        } catch (RuntimeException e) {
            LOG.error("a progressive result of {} could not be taken; the call goes on", procedure, e);
        }
    }

    @Override
    public CompletableFuture<Void> publish(String topic, Arguments arguments, Dict options) {
        return request(
                        topic,
                        arguments,
                        (payload, answer) -> session.publish(topic, options, payload, CONFIRMATION, answer),
                        Payloads::decode)
                .thenAccept(nothing -> {});
    }

    /** Sends a request with arguments, when its URI is one, they can be encoded, and not too much waits already. */
    private <T> CompletableFuture<T> request(
            String uri,
            Arguments arguments,
            BiConsumer<Payload, Consumer<Message>> sender,
            Function<Payload, T> reading) {
        CompletableFuture<T> result = new CompletableFuture<>();
        if (!mayGo(uri, MatchPolicy.EXACT, result)) {
            return result;
        }
        Payload payload;
        try {
            payload = Payloads.encode(format, arguments);
        } catch (RuntimeException e) {
            ApplicationError error = new ApplicationError(
                    Uris.INVALID_ARGUMENT, "expected arguments that " + format.id() + " can hold: " + e.getMessage());
            error.initCause(e);
            result.completeExceptionally(error);
            return result;
        }
        int size = payload.length();
        if (!unanswered.enter(size)) {
            result.completeExceptionally(
                    new ApplicationError(Uris.UNAVAILABLE, "too many requests wait for the router already"));
            return result;
        }
        sender.accept(payload, answer -> {
            unanswered.leave(size);
            hand(() -> complete(result, answer, reading));
        });
        return result;
    }

    @Override
    public CompletableFuture<Void> register(
            String uri, Dict options, Function<Invocation, ? extends CompletionStage<Arguments>> procedure) {
        CompletableFuture<Arguments> result = new CompletableFuture<>();
        if (mayGo(uri, options, result)) {
            MessageSession.Callee invocations =
                    (message, reply) -> callee.invoked(uri, procedure, message, format, reply);
            session.register(uri, options, invocations, CONFIRMATION, answer -> {
                if (answer instanceof Message.Registered registered) {
                    registrations
                            .computeIfAbsent(uri, key -> new CopyOnWriteArrayList<>())
                            .add(registered.registration());
                }
                hand(() -> complete(result, answer));
            });
        }
        return result.thenAccept(nothing -> {});
    }

    @Override
    public CompletableFuture<Void> unregister(String uri) {
        List<Long> mine = registrations.remove(uri);
        if (mine == null) {
            return CompletableFuture.failedFuture(new ApplicationError(
                    Uris.NO_SUCH_REGISTRATION, "expected a URI registered by this session, but found " + uri));
        }
        return CompletableFuture.allOf(mine.stream().map(this::unregister).toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Arguments> unregister(long registration) {
        CompletableFuture<Arguments> result = new CompletableFuture<>();
        session.unregister(registration, CONFIRMATION, answer -> hand(() -> complete(result, answer)));
        return result;
    }

    @Override
    public CompletableFuture<Void> subscribe(String topic, MatchPolicy match, Consumer<Event> consumer) {
        CompletableFuture<Arguments> result = new CompletableFuture<>();
        if (!mayGo(topic, match, result)) {
            return result.thenAccept(nothing -> {});
        }
        Topic key = new Topic(topic, match);
        Subscribed fresh = new Subscribed(new CopyOnWriteArrayList<>(List.of(consumer)), new CompletableFuture<>());
        Subscribed known = subscriptions.putIfAbsent(key, fresh);
        if (known != null) {
            // The router knows one subscription of a session and topic, and so does a MessageSession.
            known.consumers().add(consumer);
            return known.confirmed().copy();
        }
        Dict options = match == MatchPolicy.EXACT ? Dict.EMPTY : Dict.of("match", match.id());
        session.subscribe(topic, options, event -> deliver(topic, fresh, event), CONFIRMATION, answer -> {
            if (answer instanceof Message.ErrorReply) {
                subscriptions.remove(key, fresh);
            }
            hand(() -> complete(result, answer));
        });
        result.whenComplete((nothing, failure) -> {
            if (failure == null) {
                fresh.confirmed().complete(null);
            } else {
                fresh.confirmed().completeExceptionally(failure);
            }
        });
        return fresh.confirmed().copy();
    }

    @Override
    public void readAhead(int most) {
        events.readAhead(most, session::reading);
    }

    @Override
    public void takeEvents(boolean wanted) {
        events.take(wanted);
    }

    private void deliver(String subscribed, Subscribed to, Message.Event event) {
        events.add(event.payload().length(), () -> {
            String topic = event.details().text("topic").orElse(subscribed);
            Event value = new Event(topic, event.payload(), event.details());
            for (Consumer<Event> consumer : to.consumers()) {
                try {
                    consumer.accept(value);
                } catch (RuntimeException e) {
                    LOG.error("a consumer of {} failed; its subscription stays", topic, e);
                }
            }
        });
    }

    private static boolean mayGo(String pattern, Dict options, CompletableFuture<?> result) {
        try {
            return mayGo(pattern, MatchPolicy.of(options), result);
        } catch (ProtocolViolation violation) {
            result.completeExceptionally(
                    new ApplicationError(Uris.INVALID_ARGUMENT, String.valueOf(violation.getMessage())));
            return false;
        }
    }

    private static boolean mayGo(String uri, MatchPolicy match, CompletableFuture<?> result) {
        if (UriRule.LOOSE.allows(uri, match)) {
            return true;
        }
        String shown = uri.length() <= 64 ? uri : uri.substring(0, 64) + "...";
        result.completeExceptionally(new ApplicationError(
                Uris.INVALID_URI, "expected a URI to be matched as " + match.id() + ", but came '" + shown + "'"));
        return false;
    }

    private static void complete(CompletableFuture<Arguments> result, Message answer) {
        complete(result, answer, Payloads::decode);
    }

    private static <T> void complete(CompletableFuture<T> result, Message answer, Function<Payload, T> reading) {
        try {
            if (answer instanceof Message.ErrorReply error) {
                result.completeExceptionally(new ApplicationError(error.error(), Payloads.decode(error.payload())));
            } else if (answer instanceof Message.Result returned) {
                result.complete(reading.apply(returned.payload()));
            } else {
                result.complete(reading.apply(Payload.EMPTY));
            }
        } catch (RuntimeException notDecodable) {
            result.completeExceptionally(notDecodable);
        }
    }

    @Override
    public CompletableFuture<Closed> closed() {
        return closed.copy();
    }

    @Override
    public void close() {
        session.close();
        try {
            session.ended().get(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("a session did not end within {} ms", CLOSE_WAIT.toMillis(), e);
        }
    }

    @Override
    public String toString() {
        return "session " + id() + " of " + authid + " (" + authrole + ") in " + realm;
    }
}
