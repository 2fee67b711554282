package io.bailiwick.router.rlink;

import io.bailiwick.router.handshake.Joiner;
import io.bailiwick.router.handshake.Step;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.session.SessionDetails;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session of a router link in one of its two realms: joins, numbers requests and hands each answer to who waits for it. All
 * of it runs on the link's executor, and so does what it is told by the links that its connector opens; but the answer to a
 * challenge, which may be the derivation of a key that is meant to take long.
 */
final class End implements Link.Listener {
    private static final Logger log = LoggerFactory.getLogger(End.class);
    /** Told what becomes of the session, and given what the realm asks of it. */
    interface Owner {
        /** It has joined. */
        void joined(End end);

        /** It is over, or never came to be; called once. */
        void lost(End end, String why);
    }

    /** Takes the calls of the realm. */
    interface Callee {
        /** A call. */
        void invoked(Message.Invocation message);

        /** A call is not wanted any more. */
        void interrupted(Message.Interrupt message);
    }

    private final String name;
    private final RouterLink.Means means;
    private final Joiner.Introduction introduction;
    private final Owner owner;
    private @Nullable Link link;
    private @Nullable Joiner joiner;
    /** Whether the joiner is at work on another thread: nothing else may touch it. */
    private boolean answering;

    private @Nullable Callee callee;
    private final Map<Long, Consumer<Message>> answers = new HashMap<>();
    private final Map<Long, Consumer<Message.Event>> consumers = new HashMap<>();
    private long lastRequest;
    private long session;
    private Dict features = Dict.EMPTY;
    private boolean ended;

    End(String name, RouterLink.Means means, Joiner.Introduction introduction, Owner owner) {
        this.name = name;
        this.means = means;
        this.introduction = introduction;
        this.owner = owner;
    }

    // ---- joining and leaving

    void connect(Connector connector) {
        connector.connect(this).whenComplete((open, failure) -> means.executor().execute(() -> opened(open, failure)));
    }

    private void opened(@Nullable Link open, @Nullable Throwable failure) {
        if (open == null) {
            lost("cannot connect: " + (failure == null ? "no link" : failure.getMessage()));
        } else if (ended) {
            open.close();
        } else {
            link = open;
            guarded(() -> {
                Joiner begun = new Joiner(introduction, open.peer().security());
                joiner = begun;
                take(begun.start());
            });
        }
    }

    private void take(Step step) {
        if (step instanceof Step.Send send) {
            send(send.message());
        } else if (step instanceof Step.Joined joined) {
            joined(joined.welcome());
        } else if (step instanceof Step.Refuse refuse) {
            send(refuse.abort());
            lost("the handshake ended with " + refuse.abort().reason());
        } else if (step instanceof Step.Ended refused) {
            Message.Abort abort = refused.abort();
            lost("the router refused" + (abort == null ? "" : " with " + abort.reason()));
        }
    }

    private void joined(Message.Welcome welcome) {
        String role = welcome.details().text("authrole").orElse("");
        if (!role.equals(SessionDetails.ROUTER_LINK)) {
            // From any other role a router believes no forward_for, and nothing would stop what goes round.
            lost("expected role " + SessionDetails.ROUTER_LINK + ", but was given another");
            return;
        }
        joiner = null;
        session = welcome.session();
        features = welcome.details().dict("roles").dict("broker").dict("features");
        owner.joined(this);
    }

    /** Leaves; nobody is told. */
    void close() {
        ended = true;
        Link open = link;
        if (open != null) {
            if (session != 0) {
                send(new Message.Goodbye(Dict.EMPTY, Uris.CLOSE_NORMAL));
            }
            open.close();
        }
    }

    private void lost(String why) {
        if (!ended) {
            ended = true;
            Link open = link;
            if (open != null) {
                open.close();
            }
            owner.lost(this, name + ": " + why);
        }
    }

    // ---- what the other ones use

    /** The session id. */
    long session() {
        return session;
    }

    /** Whether the broker of this realm has a feature. */
    boolean announces(String feature) {
        return features.flag(feature, false);
    }

    void serve(Callee takesCalls) {
        callee = takesCalls;
    }

    boolean keepsUp() {
        Link open = link;
        return open != null && open.keepsUp();
    }

    /**
     * Sends a message.
     *
     * @return whether it could be written: not one that is too large for this peer
     */
    boolean send(Message message) {
        try {
            Objects.requireNonNull(link, "an open link").send(message);
            return true;
        } catch (RuntimeException unsendable) {
            log.debug("{}: {} cannot be sent", name, message.name(), unsendable);
            return false;
        }
    }

    /**
     * Sends a request.
     *
     * @param answer takes all answers to it
     * @return its id; 0 when it could not be written
     */
    long request(LongFunction<Message> request, Consumer<Message> answer) {
        long id = lastRequest + 1;
        if (!send(request.apply(id))) {
            return 0;
        }
        lastRequest = id;
        answers.put(id, answer);
        return id;
    }

    /** Publishes; no answer is awaited. */
    boolean publish(LongFunction<Message> request) {
        boolean sent = send(request.apply(lastRequest + 1));
        lastRequest += sent ? 1 : 0;
        return sent;
    }

    /** Calls a procedure of the meta API. The answer is null when it failed. */
    void ask(String procedure, Values arguments, Consumer<@Nullable Values> answer) {
        request(
                id -> new Message.Call(
                        id, Dict.EMPTY, procedure, means.payloads().encode(arguments)),
                message -> answer.accept(
                        message instanceof Message.Result result
                                ? means.payloads().decode(result.payload())
                                : null));
    }

    /** Subscribes to an event of the meta API. */
    void listen(String topic, Consumer<Values> consumer) {
        subscribe(Dict.EMPTY, topic, event -> consumer.accept(means.payloads().decode(event.payload())), answer -> {
            if (answer instanceof Message.ErrorReply error) {
                lost("expected the right to subscribe to " + topic + ", but found " + error.error());
            }
        });
    }

    /** Subscribes to a topic or pattern, with these options. */
    void subscribe(Dict options, String topic, Consumer<Message.Event> consumer, Consumer<Message> answer) {
        request(id -> new Message.Subscribe(id, options, topic), message -> {
            if (message instanceof Message.Subscribed subscribed) {
                consumers.put(subscribed.subscription(), consumer);
            }
            answer.accept(message);
        });
    }

    /** Ends a subscription. */
    void unsubscribe(long subscription, Consumer<Message> answer) {
        consumers.remove(subscription);
        request(id -> new Message.Unsubscribe(id, subscription), answer);
    }

    // ---- what comes in

    @Override
    public void received(Message message) {
        guarded(() -> handle(message));
    }

    @Override
    public void violated(ProtocolViolation violation) {
        lost("the router broke the protocol: " + violation.getMessage());
    }

    @Override
    public void closed(@Nullable Throwable cause) {
        lost("the connection is gone");
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException failure) {
            log.warn("{}: a message could not be handled", name, failure);
            lost("a message could not be handled");
        }
    }

    private void handle(Message message) {
        if (ended) {
            return;
        }
        Joiner joining = joiner;
        if (joining != null) {
            join(joining, message);
        } else if (message instanceof Message.Event event) {
            Consumer<Message.Event> consumer = consumers.get(event.subscription());
            if (consumer != null) {
                consumer.accept(event);
            }
        } else if (message instanceof Message.Invocation invocation) {
            Objects.requireNonNull(callee, "who takes calls").invoked(invocation);
        } else if (message instanceof Message.Interrupt interrupt) {
            Objects.requireNonNull(callee, "who takes calls").interrupted(interrupt);
        } else if (message instanceof Message.Goodbye goodbye) {
            send(new Message.Goodbye(Dict.EMPTY, Uris.GOODBYE_AND_OUT));
            lost("the router said " + goodbye.reason());
        } else if (message instanceof Message.Abort abort) {
            lost("the router said " + abort.reason());
        } else {
            answered(message);
        }
    }

    private void join(Joiner joining, Message message) {
        if (answering) {
            // A router that waits for AUTHENTICATE has nothing to say but that it does not wait any longer.
            lost("expected no message before AUTHENTICATE, but found " + message.name());
        } else if (message instanceof Message.Challenge) {
            answering = true;
            CompletableFuture.supplyAsync(() -> joining.received(message), means.proofs())
                    .whenCompleteAsync(this::challenged, means.executor());
        } else {
            take(joining.received(message));
        }
    }

    private void challenged(@Nullable Step step, @Nullable Throwable failure) {
        answering = false;
        if (step == null) {
            log.warn("{}: the challenge could not be answered", name, failure);
            lost("the challenge could not be answered");
        } else if (!ended) {
            guarded(() -> take(step));
        }
    }

    private void answered(Message message) {
        long request = requestOf(message);
        boolean more =
                message instanceof Message.Result result && result.details().flag("progress", false);
        Consumer<Message> answer = more ? answers.get(request) : answers.remove(request);
        if (answer != null) {
            answer.accept(message);
        }
    }

    private static long requestOf(Message message) {
        if (message instanceof Message.Result result) {
            return result.request();
        } else if (message instanceof Message.ErrorReply error) {
            return error.request();
        } else if (message instanceof Message.Subscribed subscribed) {
            return subscribed.request();
        } else if (message instanceof Message.Unsubscribed unsubscribed) {
            return unsubscribed.request();
        } else if (message instanceof Message.Registered registered) {
            return registered.request();
        } else if (message instanceof Message.Unregistered unregistered) {
            return unregistered.request();
        }
        return 0;
    }
}
