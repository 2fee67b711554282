package io.bailiwick.router.client.session;

import io.bailiwick.router.handshake.Joiner;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.MessageTooLargeException;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session straight on its link: what arrives is handled and told by the thread that delivers it, what goes out is encoded
 * by the thread that asks for it. A message that nobody here waits for costs no copy of its payload.
 */
public final class DirectSession implements MessageSession {
    private static final Logger LOG = LoggerFactory.getLogger(DirectSession.class);
    private static final Dict ACKNOWLEDGED = Dict.of("acknowledge", true);

    private final Link link;
    private final Message.Welcome welcome;
    private final Format format;
    private final Consumer<Message.Interrupt> interrupts;
    private final Requests requests;
    private final Map<Long, Consumer<Message.Event>> subscriptions = new ConcurrentHashMap<>();
    private final Map<Long, Callee> registrations = new ConcurrentHashMap<>();
    private final CompletableFuture<Message.Goodbye> ended = new CompletableFuture<>();
    private final AtomicLong ignored = new AtomicLong();

    /** The owner wants to leave, or the router wants it to: no more news but answers. */
    private volatile boolean leaving;

    /** Nothing is heard any more: ABORT went one way or the other, or all is over. */
    private volatile boolean deaf;

    /** The first reason to end stays. */
    private volatile Message.@Nullable Goodbye why;

    // Guarded by this.
    /** The last word was said: GOODBYE or ABORT. */
    private boolean mute;

    private boolean over;

    /**
     * Opens a link and joins.
     *
     * @param introduction who wants to join, and how it proves that
     * @param interrupts told of INTERRUPT
     * @param executor where an answer to a CHALLENGE is computed, which may take its time
     * @param limit how long all of it may take
     * @return ends exceptionally with {@link RefusedException} or with an {@link java.io.IOException}
     */
    public static CompletableFuture<MessageSession> join(
            Connector connector,
            Joiner.Introduction introduction,
            Consumer<Message.Interrupt> interrupts,
            Executor executor,
            Duration limit) {
        return new Joining(introduction, interrupts, executor).start(connector, limit);
    }

    DirectSession(Link link, Message.Welcome welcome, Consumer<Message.Interrupt> interrupts) {
        this.link = link;
        this.welcome = welcome;
        // In this process nothing is encoded twice, whatever the format; CBOR is the compact one that keeps bytes.
        this.format = link.peer().format().orElse(Format.CBOR);
        this.interrupts = interrupts;
        this.requests = new Requests(
                new Requests.Way() {
                    @Override
                    public boolean send(Message message) {
                        return DirectSession.this.send(message);
                    }

                    @Override
                    public boolean keepsUp() {
                        return link.keepsUp();
                    }
                },
                format,
                this::reason);
    }

    @Override
    public Message.Welcome welcome() {
        return welcome;
    }

    @Override
    public Format format() {
        return format;
    }

    @Override
    public CompletableFuture<Message.Goodbye> ended() {
        return ended;
    }

    // ---- to the router

    @Override
    public void call(String procedure, Dict options, Payload payload, Duration limit, Consumer<Message> answer) {
        requests.add(Message.Call.CODE, id -> new Message.Call(id, options, procedure, payload), limit, answer);
    }

    @Override
    public Runnable call(
            String procedure,
            Dict options,
            Payload payload,
            Duration limit,
            Consumer<Message.Result> progress,
            Consumer<Message> answer) {
        return requests.call(id -> new Message.Call(id, options, procedure, payload), limit, progress, answer);
    }

    @Override
    public void publish(String topic, Dict options, Payload payload, Duration limit, Consumer<Message> answer) {
        Dict acknowledged = options.isEmpty() ? ACKNOWLEDGED : options.with("acknowledge", true);
        requests.add(Message.Publish.CODE, id -> new Message.Publish(id, acknowledged, topic, payload), limit, answer);
    }

    @Override
    public void subscribe(
            String topic, Dict options, Consumer<Message.Event> events, Duration limit, Consumer<Message> answer) {
        requests.add(Message.Subscribe.CODE, id -> new Message.Subscribe(id, options, topic), limit, message -> {
            if (message instanceof Message.Subscribed subscribed) {
                subscriptions.put(subscribed.subscription(), events);
            }
            answer.accept(message);
        });
    }

    @Override
    public void register(String procedure, Dict options, Callee callee, Duration limit, Consumer<Message> answer) {
        requests.add(Message.Register.CODE, id -> new Message.Register(id, options, procedure), limit, message -> {
            if (message instanceof Message.Registered registered) {
                registrations.put(registered.registration(), callee);
            }
            answer.accept(message);
        });
    }

    @Override
    public void unregister(long registration, Duration limit, Consumer<Message> answer) {
        if (registrations.remove(registration) == null && !leaving) {
            String text = "this session has no registration " + registration;
            answer.accept(requests.error(Message.Unregister.CODE, 0, Uris.NO_SUCH_REGISTRATION, text));
            return;
        }
        requests.add(Message.Unregister.CODE, id -> new Message.Unregister(id, registration), limit, answer);
    }

    @Override
    public void reading(boolean wanted) {
        link.reading(wanted);
    }

    private void reply(Message answer, long request) {
        try {
            send(answer);
        } catch (RuntimeException e) {
            LOG.warn("an invocation cannot be answered as it was to be", e);
            boolean large = e instanceof MessageTooLargeException;
            String uri = large ? Uris.PAYLOAD_SIZE_EXCEEDED : Uris.RUNTIME_ERROR;
            String text = large ? String.valueOf(e.getMessage()) : "the answer cannot be sent";
            send(requests.error(Message.Invocation.CODE, request, uri, text));
        }
    }

    /** Whether the link keeps up. One at a time, so that nothing goes out behind the last word. */
    private synchronized boolean send(Message message) {
        if (mute) {
            return true;
        }
        if (message instanceof Message.Goodbye goodbye) {
            mute = true;
            because(goodbye.reason(), "");
        } else if (message instanceof Message.Abort abort) {
            mute = true;
            deaf = true;
            because(abort.reason(), textOf(abort.details()));
        }
        return link.send(message);
    }

    // ---- from the router, on the link's thread

    void received(Message message) {
        if (deaf) {
            return;
        }
        try {
            if (!isNews(message) && !isAnswer(message) && !isEnd(message)) {
                ignored.incrementAndGet();
                LOG.debug("{} is nothing for a client: ignored", message.name());
            }
        } catch (ProtocolViolation violation) {
            violated(violation);
        }
    }

    private boolean isNews(Message message) {
        if (message instanceof Message.Event event) {
            Consumer<Message.Event> consumer = subscriptions.get(event.subscription());
            if (consumer != null && !leaving) {
                consumer.accept(event.keep());
            }
            return true;
        } else if (message instanceof Message.Invocation invocation) {
            if (!leaving) {
                invoked(invocation);
            }
            return true;
        } else if (message instanceof Message.Interrupt interrupt) {
            interrupts.accept(interrupt);
            return true;
        }
        return false;
    }

    private void invoked(Message.Invocation invocation) {
        long request = invocation.request();
        Callee callee = registrations.get(invocation.registration());
        if (callee == null) {
            // It has crossed our UNREGISTER.
            String text = "expected a registration of this session, but found another";
            send(requests.error(Message.Invocation.CODE, request, Uris.NO_SUCH_PROCEDURE, text));
            return;
        }
        callee.invoked(invocation.keep(), answer -> reply(answer, request));
    }

    /** Whether it is of a type that answers a request. That request may be over, and then the answer is for nobody. */
    private boolean isAnswer(Message message) {
        if (message instanceof Message.Result result) {
            return result.details().flag("progress", false)
                    ? requests.progressed(result)
                    : answered(Message.Call.CODE, result.request(), message);
        } else if (message instanceof Message.Published published) {
            return answered(Message.Publish.CODE, published.request(), message);
        } else if (message instanceof Message.ErrorReply error) {
            return answered(error.requestType(), error.request(), message);
        } else if (message instanceof Message.Subscribed subscribed) {
            return answered(Message.Subscribe.CODE, subscribed.request(), message);
        } else if (message instanceof Message.Registered registered) {
            return answered(Message.Register.CODE, registered.request(), message);
        } else if (message instanceof Message.Unregistered unregistered) {
            return answered(Message.Unregister.CODE, unregistered.request(), message);
        }
        return message instanceof Message.Unsubscribed;
    }

    private boolean answered(int type, long request, Message message) {
        if (!requests.answered(type, request, message)) {
            LOG.debug("{} answers no request that waits", message.name());
        }
        return true;
    }

    private boolean isEnd(Message message) {
        if (message instanceof Message.Goodbye goodbye) {
            because(goodbye.reason(), textOf(goodbye.details()));
            send(new Message.Goodbye(Dict.EMPTY, Uris.GOODBYE_AND_OUT));
            shut();
            return true;
        } else if (message instanceof Message.Abort abort) {
            because(abort.reason(), textOf(abort.details()));
            silence();
            shut();
            return true;
        } else if (message instanceof Message.Welcome || message instanceof Message.Challenge) {
            throw new ProtocolViolation("the message did not fit the state of the session");
        }
        return false;
    }

    private synchronized void silence() {
        mute = true;
        deaf = true;
    }

    /** WAMP, "Protocol Errors": a violation is answered with ABORT. */
    void violated(ProtocolViolation violation) {
        String text = violation.getMessage();
        send(new Message.Abort(Dict.of("message", text == null ? "" : text), Uris.PROTOCOL_VIOLATION));
        shut();
    }

    void lost(@Nullable Throwable cause) {
        String text = cause == null ? "the router closed the link" : cause.getMessage();
        because(TRANSPORT_LOST, text == null ? String.valueOf(cause) : text);
        finish();
    }

    // ---- the end

    @Override
    public void close() {
        leaving = true;
        requests.close(() -> send(new Message.Goodbye(Dict.EMPTY, Uris.CLOSE_NORMAL)));
        finishInTime();
    }

    /** All is said: the link is closed, which delivers it. */
    private void shut() {
        leaving = true;
        requests.close(() -> {});
        link.close();
        finishInTime();
    }

    private void finishInTime() {
        ended.copy().orTimeout(CLOSING_SECONDS, TimeUnit.SECONDS).exceptionally(late -> {
            finish();
            return null;
        });
    }

    private void finish() {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            silence();
        }
        leaving = true;
        link.close();
        because(Uris.CLOSE_NORMAL, "");
        requests.end();
        subscriptions.clear();
        registrations.clear();
        ended.complete(why);
    }

    private synchronized void because(String reason, String text) {
        if (why == null) {
            why = new Message.Goodbye(Dict.of("message", text), reason);
        }
    }

    /** What the peer says of its reason; the empty text where it says none. */
    private static String textOf(Dict details) {
        return details.entries().get("message") instanceof String text ? text : "";
    }

    /** Why the session ends or has ended, for those who wait in vain. */
    private String reason() {
        Message.Goodbye end = why;
        if (end == null) {
            return "the session has ended";
        }
        String text = textOf(end.details());
        return "the session has ended: " + end.reason() + (text.isEmpty() ? "" : ": " + text);
    }

    /** How many requests wait, for tests. */
    int waiting() {
        return requests.size();
    }

    /** How many messages came that a client has no use for. */
    long ignored() {
        return ignored.get();
    }
}
