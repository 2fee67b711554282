package io.bailiwick.router.web;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.handshake.Joiner;
import io.bailiwick.router.handshake.Login;
import io.bailiwick.router.handshake.Step;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A session of a bridge: joins with a ticket or with nothing, then publishes and calls for many requests at once. It takes
 * requests from its first moment on: they are sent in the order in which they came, as soon as it has joined. Guarded by its
 * lock; safe on any thread.
 */
final class WampSession implements Link.Listener {
    private static final Dict ROLES =
            Dict.of("publisher", Map.of(), "caller", Map.of("features", Map.of("call_canceling", true)));

    /** A request, or the join itself, was answered with an error. */
    static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String error;
        private final transient Arguments arguments;

        Failure(String error, Arguments arguments) {
            super(error, null, false, false);
            this.error = error;
            this.arguments = arguments;
        }

        /** The error URI. */
        String error() {
            return error;
        }

        /** What came with it. */
        Arguments arguments() {
            return arguments;
        }
    }

    /** The session has ended before a request was sent: another one may do. */
    static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Gone() {
            super("expected an open session, but it has ended", null, false, false);
        }
    }

    private final Connector connector;
    private final Joiner.Introduction introduction;

    // Guarded by this.
    private final Map<Long, CompletableFuture<Object>> pending = new HashMap<>();
    private final List<Message> unsent = new ArrayList<>();
    private Runnable onEnd = () -> {};
    private @Nullable Link link;
    private @Nullable Joiner joiner;
    private long lastRequest;
    private boolean joined;
    private boolean retired;
    // What a request is told that comes after the end.
    private @Nullable RuntimeException ended;

    /**
     * A session that has not joined yet.
     *
     * @param authid the identity; empty to be given one
     * @param ticket what proves it; empty to join as anonymous
     */
    WampSession(Connector connector, String realm, Optional<String> authid, Optional<String> ticket) {
        Login login = ticket.isPresent() ? new Login.Ticket(ticket.get()) : new Login.Anonymous();
        this.connector = connector;
        this.introduction = new Joiner.Introduction(
                realm, authid.orElse(null), null, login, Dict.EMPTY, "Bailiwick HTTP bridge", ROLES);
    }

    /**
     * Joins; when the router refuses, that is what the requests are answered with.
     *
     * @param whenEnded called once, when the session is refused or over
     */
    void join(Runnable whenEnded) {
        synchronized (this) {
            onEnd = whenEnded;
        }
        connector.connect(this).whenComplete((opened, failure) -> {
            if (failure != null) {
                end(new Failure(Uris.UNAVAILABLE, Arguments.NONE));
            } else {
                Joiner begun = new Joiner(introduction, opened.peer().security());
                synchronized (this) {
                    link = opened;
                    joiner = begun;
                }
                take(begun.start(), opened);
            }
        });
    }

    /** Publishes with an acknowledgement: the publication. */
    CompletableFuture<Long> publish(Dict options, String topic, Payload payload) {
        return request(id -> new Message.Publish(id, options.with("acknowledge", true), topic, payload), false)
                .thenApply(Long.class::cast);
    }

    /** Calls: the arguments of the result. Cancelling what is returned cancels the call. */
    CompletableFuture<Arguments> call(Dict options, String procedure, Payload payload) {
        CompletableFuture<Object> answer = request(id -> new Message.Call(id, options, procedure, payload), true);
        CompletableFuture<Arguments> result = new CompletableFuture<>();
        answer.whenComplete((value, failure) -> {
            if (failure == null) {
                result.complete((Arguments) value);
            } else {
                result.completeExceptionally(failure);
            }
        });
        result.whenComplete((done, failure) -> answer.cancel(false));
        return result;
    }

    /** Makes a request of its id. */
    @FunctionalInterface
    private interface Making {
        Message make(long id);
    }

    private CompletableFuture<Object> request(Making making, boolean cancels) {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        synchronized (this) {
            if (ended != null) {
                return CompletableFuture.failedFuture(ended);
            }
            long id = ++lastRequest;
            pending.put(id, answer);
            send(making.make(id));
            answer.whenComplete((value, failure) -> settled(id, cancels && answer.isCancelled()));
        }
        return answer;
    }

    /** To be called with the lock: request ids have to arrive in order. */
    private void send(Message message) {
        if (joined && link != null) {
            link.send(message);
        } else {
            unsent.add(message);
        }
    }

    private void settled(long id, boolean cancelled) {
        synchronized (this) {
            if (pending.remove(id) != null && ended == null && cancelled) {
                send(new Message.Cancel(id, Dict.of("mode", "killnowait")));
            }
        }
        leaveIfIdle();
    }

    private void welcomed() {
        synchronized (this) {
            joined = true;
            unsent.forEach(this::send);
            unsent.clear();
        }
        leaveIfIdle();
    }

    /** Leaves as soon as all requests are answered; a request that comes meanwhile is taken. */
    void retire() {
        synchronized (this) {
            retired = true;
        }
        leaveIfIdle();
    }

    private void leaveIfIdle() {
        synchronized (this) {
            if (!retired || !joined || !pending.isEmpty() || ended != null || link == null) {
                return;
            }
            link.send(new Message.Goodbye(Dict.EMPTY, Uris.CLOSE_NORMAL));
            ended = new Gone();
        }
        release(new Failure(Uris.CANCELED, Arguments.NONE));
    }

    /** Whether requests may be sent. */
    synchronized boolean isOpen() {
        return ended == null;
    }

    @Override
    public void received(Message message) {
        Joiner joining;
        Link from;
        synchronized (this) {
            joining = joined ? null : joiner;
            from = link;
        }
        if (joining != null && from != null && !(message instanceof Message.Goodbye)) {
            take(joining.received(message), from);
        } else if (message instanceof Message.Published published) {
            settle(published.request(), published.publication());
        } else if (message instanceof Message.Result result) {
            settle(result.request(), Payloads.decode(result.payload()));
        } else if (message instanceof Message.ErrorReply error) {
            fail(error.request(), new Failure(error.error(), Payloads.decode(error.payload())));
        } else if (message instanceof Message.Abort abort) {
            end(failure(abort));
        } else if (message instanceof Message.Goodbye) {
            end(new Failure(Uris.UNAVAILABLE, Arguments.NONE));
        }
    }

    private void take(Step step, Link to) {
        if (step instanceof Step.Send send) {
            to.send(send.message());
        } else if (step instanceof Step.Joined) {
            welcomed();
        } else if (step instanceof Step.Refuse refuse) {
            to.send(refuse.abort());
            end(failure(refuse.abort()));
        } else if (step instanceof Step.Ended refused && refused.abort() != null) {
            end(failure(refused.abort()));
        }
    }

    private static Failure failure(Message.Abort abort) {
        Object message = abort.details().entries().get("message");
        return new Failure(abort.reason(), message instanceof String ? Arguments.of(message) : Arguments.NONE);
    }

    private void settle(long request, Object value) {
        CompletableFuture<Object> answer = pending(request);
        if (answer != null) {
            answer.complete(value);
        }
    }

    private void fail(long request, Failure failure) {
        CompletableFuture<Object> answer = pending(request);
        if (answer != null) {
            answer.completeExceptionally(failure);
        }
    }

    private synchronized @Nullable CompletableFuture<Object> pending(long request) {
        return pending.get(request);
    }

    @Override
    public void violated(ProtocolViolation violation) {
        end(new Failure(Uris.PROTOCOL_VIOLATION, Arguments.NONE));
    }

    @Override
    public void closed(@Nullable Throwable cause) {
        end(new Failure(Uris.UNAVAILABLE, Arguments.NONE));
    }

    private void end(Failure failure) {
        synchronized (this) {
            if (ended != null) {
                return;
            }
            ended = joined ? new Gone() : failure;
        }
        release(failure);
    }

    private void release(Failure failure) {
        List<CompletableFuture<Object>> open;
        Link last;
        Runnable ending;
        synchronized (this) {
            open = new ArrayList<>(pending.values());
            pending.clear();
            unsent.clear();
            last = link;
            ending = onEnd;
        }
        ending.run();
        open.forEach(answer -> answer.completeExceptionally(failure));
        if (last != null) {
            last.close();
        }
    }
}
