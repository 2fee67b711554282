package io.bailiwick.router.client;

import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.UriRule;
import io.bailiwick.router.message.Uris;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the procedures of one session on the owner's executor, and sees to it that each invocation is answered exactly
 * once: by the procedure; by {@code wamp.error.unavailable} when too many are unanswered already; by
 * {@code wamp.error.canceled} when the caller has gone; by {@code wamp.error.timeout} when the procedure takes for ever.
 */
final class Callee {
    /** How many invocations of a session may be unanswered, and how large their arguments may be together. */
    private static final int MAX_PENDING = 1_000;

    private static final long MAX_PENDING_BYTES = 64L << 20;

    /** Longer than any caller waits: so that procedures that never answer do not use up the places. */
    private static final long LIMIT_MINUTES = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Callee.class);

    private final Executor callbacks;
    private final Backlog backlog = new Backlog(MAX_PENDING, MAX_PENDING_BYTES);
    private final Map<Long, CompletableFuture<Arguments>> pending = new ConcurrentHashMap<>();

    Callee(Executor callbacks) {
        this.callbacks = callbacks;
    }

    /**
     * Takes an invocation and returns at once.
     *
     * @param registered the URI of the registration: what was called, unless the invocation says otherwise
     * @param format the format to answer in
     */
    void invoked(
            String registered,
            Function<Invocation, ? extends CompletionStage<Arguments>> procedure,
            Message.Invocation message,
            Format format,
            Consumer<Message> reply) {
        int size = message.payload().length();
        if (!backlog.enter(size)) {
            ApplicationError full = new ApplicationError(Uris.UNAVAILABLE, "too many calls are unanswered already");
            reply.accept(error(message.request(), format, full));
            return;
        }
        CompletableFuture<Arguments> outcome = new CompletableFuture<>();
        pending.put(message.request(), outcome);
        outcome.whenComplete((result, failure) -> {
            pending.remove(message.request(), outcome);
            backlog.leave(size);
            reply.accept(answer(registered, message.request(), format, result, failure));
        });
        outcome.orTimeout(LIMIT_MINUTES, TimeUnit.MINUTES);
        try {
            callbacks.execute(() -> run(registered, procedure, message, outcome));
        } catch (RejectedExecutionException closed) {
            outcome.completeExceptionally(new ApplicationError(Uris.UNAVAILABLE, "this peer is shutting down"));
        }
    }

    /** The caller does not wait any more: the place is free, whatever the procedure still does. */
    void interrupted(Message.Interrupt interrupt) {
        CompletableFuture<Arguments> outcome = pending.get(interrupt.request());
        if (outcome != null) {
            outcome.completeExceptionally(new ApplicationError(Uris.CANCELED, "the call was canceled"));
        }
    }

    /** The session has ended: nobody waits for any answer. */
    void ended() {
        ApplicationError gone = new ApplicationError(Uris.CANCELED, "the session has ended");
        pending.values().forEach(outcome -> outcome.completeExceptionally(gone));
    }

    /** How many invocations are unanswered. */
    int pending() {
        return pending.size();
    }

    private static void run(
            String registered,
            Function<Invocation, ? extends CompletionStage<Arguments>> procedure,
            Message.Invocation message,
            CompletableFuture<Arguments> outcome) {
        if (outcome.isDone()) {
            return;
        }
        try {
            String called = message.details().text("procedure").orElse(registered);
            Arguments arguments = Payloads.decode(message.payload());
            procedure
                    .apply(new Invocation(called, arguments, message.details()))
                    .whenComplete((result, failure) -> {
                        if (failure == null) {
                            outcome.complete(result);
                        } else {
                            outcome.completeExceptionally(failure);
                        }
                    });
        } catch (Throwable e) {
            // Whatever it was, the caller is answered, and the executor's thread is not harmed.
            outcome.completeExceptionally(e);
        }
    }

    private static Message answer(
            String registered, long request, Format format, @Nullable Arguments result, @Nullable Throwable failure) {
        Throwable cause = failure;
        if (cause == null) {
            try {
                Payload payload = result == null ? Payload.EMPTY : Payloads.encode(format, result);
                return new Message.Yield(request, Dict.EMPTY, payload);
            } catch (RuntimeException notEncodable) {
                cause = notEncodable;
            }
        }
        try {
            return error(request, format, errorOf(registered, cause));
        } catch (RuntimeException notEncodable) {
            return error(request, format, errorOf(registered, notEncodable));
        }
    }

    /** What the caller is told: a procedure's own error as it is, anything else by a reference to the log only. */
    private static ApplicationError errorOf(String registered, Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof ApplicationError error && UriRule.LOOSE.allows(error.uri())) {
            return error;
        }
        if (cause instanceof TimeoutException) {
            LOG.warn("{} did not answer within {} minutes", registered, LIMIT_MINUTES);
            return new ApplicationError(Uris.TIMEOUT, "no answer within " + LIMIT_MINUTES + " minutes");
        }
        String reference = String.format("%08x", ThreadLocalRandom.current().nextInt());
        LOG.error("{} failed, reference {}", registered, reference, cause);
        return new ApplicationError(Uris.RUNTIME_ERROR, "internal error, reference " + reference);
    }

    private static Message.ErrorReply error(long request, Format format, ApplicationError error) {
        Payload payload = Payloads.encode(format, error.arguments());
        return new Message.ErrorReply(Message.Invocation.CODE, request, Dict.EMPTY, error.uri(), payload);
    }
}
