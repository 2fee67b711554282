package io.bailiwick.router.client;

import io.bailiwick.router.client.ClientSession.Caller;
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
    private final Map<Long, Waiting> pending = new ConcurrentHashMap<>();

    /** An invocation that is unanswered. */
    private final class Waiting implements Caller {
        private final CompletableFuture<Arguments> outcome = new CompletableFuture<>();
        private final String registered;
        private final Message.Invocation message;
        private final Format format;
        private final Consumer<Message> reply;
        private final boolean wantsProgress;

        Waiting(String registered, Message.Invocation message, Format format, Consumer<Message> reply) {
            this.registered = registered;
            this.message = message;
            this.format = format;
            this.reply = reply;
            this.wantsProgress = message.details().flag("receive_progress", false);
        }

        @Override
        public boolean wantsProgress() {
            return wantsProgress;
        }

        @Override
        public void progress(Arguments part) {
            if (!wantsProgress) {
                return;
            }
            Message yield =
                    new Message.Yield(message.request(), Dict.of("progress", true), Payloads.encode(format, part));
            // No part goes out behind the answer.
            synchronized (this) {
                if (!outcome.isDone()) {
                    reply.accept(yield);
                }
            }
        }

        @Override
        public void whenGone(Runnable action) {
            outcome.whenComplete((result, failure) -> {
                if (failure instanceof GoneError) {
                    action.run();
                }
            });
        }

        void succeeded(Arguments result) {
            synchronized (this) {
                outcome.complete(result);
            }
        }

        void failed(Throwable failure) {
            synchronized (this) {
                outcome.completeExceptionally(failure);
            }
        }

        void answer(@Nullable Arguments result, @Nullable Throwable failure) {
            pending.remove(message.request(), this);
            backlog.leave(message.payload().length());
            reply.accept(Callee.answer(registered, message.request(), format, result, failure));
        }
    }

    /** What an invocation ends with when nobody waits for it. */
    private static final class GoneError extends RuntimeException {
        private static final long serialVersionUID = 1L;

        GoneError(String why) {
            super(why, null, false, false);
        }
    }

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
        Waiting waiting = new Waiting(registered, message, format, reply);
        pending.put(message.request(), waiting);
        waiting.outcome.whenComplete(waiting::answer);
        waiting.outcome.orTimeout(LIMIT_MINUTES, TimeUnit.MINUTES);
        try {
            callbacks.execute(() -> run(procedure, waiting));
        } catch (RejectedExecutionException closed) {
            waiting.failed(new ApplicationError(Uris.UNAVAILABLE, "this peer is shutting down"));
        }
    }

    /** The caller does not wait any more: the place is free, whatever the procedure still does. */
    void interrupted(Message.Interrupt interrupt) {
        Waiting waiting = pending.get(interrupt.request());
        if (waiting != null) {
            waiting.failed(new GoneError("the call was canceled"));
        }
    }

    /** The session has ended: nobody waits for any answer. */
    void ended() {
        GoneError gone = new GoneError("the session has ended");
        pending.values().forEach(waiting -> waiting.failed(gone));
    }

    /** How many invocations are unanswered. */
    int pending() {
        return pending.size();
    }

    private static void run(Function<Invocation, ? extends CompletionStage<Arguments>> procedure, Waiting waiting) {
        if (waiting.outcome.isDone()) {
            return;
        }
        Message.Invocation message = waiting.message;
        try {
            String called = message.details().text("procedure").orElse(waiting.registered);
            Arguments arguments = Payloads.decode(message.payload());
            procedure
                    .apply(new Invocation(called, arguments, message.details(), waiting))
                    .whenComplete((result, failure) -> {
                        if (failure == null) {
                            waiting.succeeded(result);
                        } else {
                            waiting.failed(failure);
                        }
                    });
        } catch (Throwable e) {
            // Whatever it was, the caller is answered, and the executor's thread is not harmed.
            waiting.failed(e);
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
        if (cause instanceof GoneError gone) {
            return new ApplicationError(Uris.CANCELED, String.valueOf(gone.getMessage()));
        }
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
