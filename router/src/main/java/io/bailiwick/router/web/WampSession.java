package io.bailiwick.router.web;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A session of a bridge: joins with a ticket or with nothing, then publishes and calls for many requests at once. Guarded by
 * its lock; safe on any thread.
 */
final class WampSession implements Link.Listener {
    private static final Dict HELLO =
            Dict.of("publisher", Map.of(), "caller", Map.of("features", Map.of("call_canceling", true)));
    private static final String TICKET = "ticket";

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

    private final @Nullable String ticket;
    private final CompletableFuture<WampSession> joined = new CompletableFuture<>();

    // Guarded by this.
    private final Map<Long, CompletableFuture<Object>> pending = new HashMap<>();
    private @Nullable Link link;
    private long lastRequest;
    private boolean retired;
    private boolean ended;

    private WampSession(@Nullable String ticket) {
        this.ticket = ticket;
    }

    /**
     * Joins.
     *
     * @param authid the identity; empty to be given one
     * @param ticket what proves it; empty to join as anonymous
     * @return the session; ends with {@link Failure} when the router refuses
     */
    static CompletableFuture<WampSession> join(
            Connector connector, String realm, Optional<String> authid, Optional<String> ticket) {
        WampSession session = new WampSession(ticket.orElse(null));
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("roles", HELLO.entries());
        details.put("agent", "Bailiwick HTTP bridge");
        details.put("authmethods", List.of(ticket.isPresent() ? TICKET : "anonymous"));
        authid.ifPresent(id -> details.put("authid", id));
        connector.connect(session).whenComplete((link, failure) -> {
            if (failure != null) {
                session.end(new Failure(Uris.UNAVAILABLE, Arguments.NONE));
            } else {
                synchronized (session) {
                    session.link = link;
                }
                link.send(new Message.Hello(realm, Dict.of(details)));
            }
        });
        return session.joined;
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
            Link to = link;
            if (ended || to == null) {
                return CompletableFuture.failedFuture(new Gone());
            }
            long id = ++lastRequest;
            pending.put(id, answer);
            // With the lock: request ids have to arrive in order.
            to.send(making.make(id));
            answer.whenComplete((value, failure) -> settled(id, cancels && answer.isCancelled()));
        }
        return answer;
    }

    private void settled(long id, boolean cancelled) {
        Link idle;
        synchronized (this) {
            boolean open = pending.remove(id) != null && link != null && !ended;
            if (open && cancelled && link != null) {
                link.send(new Message.Cancel(id, Dict.of("mode", "killnowait")));
            }
            idle = retired && pending.isEmpty() && !ended ? link : null;
        }
        if (idle != null) {
            leave(idle);
        }
    }

    /** Leaves as soon as all requests are answered; a request that comes meanwhile is taken. */
    void retire() {
        Link idle;
        synchronized (this) {
            retired = true;
            idle = pending.isEmpty() && !ended ? link : null;
        }
        if (idle != null) {
            leave(idle);
        }
    }

    private void leave(Link from) {
        from.send(new Message.Goodbye(Dict.EMPTY, Uris.CLOSE_NORMAL));
        end(new Failure(Uris.CANCELED, Arguments.NONE));
    }

    /** Whether requests may be sent. */
    synchronized boolean isOpen() {
        return !ended;
    }

    @Override
    public void received(Message message) {
        if (message instanceof Message.Challenge challenge) {
            answer(challenge);
        } else if (message instanceof Message.Welcome) {
            joined.complete(this);
        } else if (message instanceof Message.Published published) {
            settle(published.request(), published.publication());
        } else if (message instanceof Message.Result result) {
            settle(result.request(), Payloads.decode(result.payload()));
        } else if (message instanceof Message.ErrorReply error) {
            fail(error.request(), new Failure(error.error(), Payloads.decode(error.payload())));
        } else if (message instanceof Message.Abort abort) {
            end(new Failure(abort.reason(), text(abort.details())));
        } else if (message instanceof Message.Goodbye) {
            end(new Failure(Uris.UNAVAILABLE, Arguments.NONE));
        }
    }

    private void answer(Message.Challenge challenge) {
        Link to;
        synchronized (this) {
            to = link;
        }
        if (ticket == null || to == null || !challenge.authmethod().equals(TICKET)) {
            end(new Failure(Uris.NO_MATCHING_AUTH_METHOD, Arguments.NONE));
        } else {
            to.send(new Message.Authenticate(ticket, Dict.EMPTY));
        }
    }

    private static Arguments text(Dict details) {
        Object message = details.entries().get("message");
        return message instanceof String ? Arguments.of(message) : Arguments.NONE;
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
        List<CompletableFuture<Object>> open;
        Link last;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            open = new ArrayList<>(pending.values());
            pending.clear();
            last = link;
        }
        joined.completeExceptionally(failure);
        open.forEach(answer -> answer.completeExceptionally(failure));
        if (last != null) {
            last.close();
        }
    }
}
