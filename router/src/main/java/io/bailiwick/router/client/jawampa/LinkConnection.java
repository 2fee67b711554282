package io.bailiwick.router.client.jawampa;

import io.bailiwick.router.client.session.MessageSession;
import io.bailiwick.router.handshake.Joiner;
import io.bailiwick.router.handshake.Step;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ws.wamp.jawampa.ApplicationError;
import ws.wamp.jawampa.WampMessages.WampMessage;
import ws.wamp.jawampa.WampSerialization;
import ws.wamp.jawampa.connection.IWampConnection;
import ws.wamp.jawampa.connection.IWampConnectionListener;
import ws.wamp.jawampa.connection.IWampConnectionPromise;

/**
 * jawampa's connection over a {@link Link}. It sees every message, and does what jawampa-core leaves undone: it holds what
 * comes behind SUBSCRIBED and REGISTERED until jawampa knows the new id, ends requests that nobody answers, confirms
 * registrations and subscriptions, and keeps the reason for which a session ended. All on the loop, but for the three
 * methods of {@link Link.Listener}, which only hand over.
 */
final class LinkConnection implements IWampConnection, Link.Listener {
    /** How long a link above its mark is given for each further message. */
    private static final long PACE_MILLIS = 1;

    private static final Logger LOG = LoggerFactory.getLogger(LinkConnection.class);

    /** What a session wants to know of its connection; told on the loop. */
    interface Owner {
        /** The router has let the client in. jawampa is told next. */
        void welcomed(Message.Welcome welcome, Format format);

        /** The router has refused the client. */
        void refused(Message.Abort abort);

        /** The caller of an invocation does not want the answer any more. */
        void interrupted(Message.Interrupt interrupt);

        /** The session is over; told exactly once, last. */
        void ended(Message.Goodbye why);
    }

    private final Loop loop;
    private final IWampConnectionListener jawampa;
    private final Owner owner;
    private final Requests requests;
    private final Outbound outbound;
    /** What came while nothing is delivered: messages, and the end of the link behind them. */
    private final Deque<Runnable> held = new ArrayDeque<>();

    private boolean holding;

    private final Joiner.Introduction introduction;
    private @Nullable Joiner joiner;
    private @Nullable Link link;
    private boolean welcomed;
    private boolean linkGone;
    /** ABORT went one way or the other: nothing is said or heard after it. */
    private boolean aborted;

    private boolean goodbyeSent;
    private boolean goodbyeReceived;
    private boolean over;
    private Message.@Nullable Goodbye why;
    private @Nullable IWampConnectionPromise<Void> closing;
    private long ignored;

    LinkConnection(
            Loop loop,
            IWampConnectionListener jawampa,
            Owner owner,
            Requests requests,
            Joiner.Introduction introduction) {
        this.loop = loop;
        this.jawampa = jawampa;
        this.owner = owner;
        this.requests = requests;
        this.introduction = introduction;
        this.outbound = new Outbound(this::hello, requests, this::expire);
    }

    /**
     * The link is open; false when it is gone already.
     *
     * @throws IllegalArgumentException when the login needs what this link does not provide
     */
    boolean opened(Link link) {
        this.link = link;
        this.joiner = new Joiner(introduction, link.peer().security());
        return !linkGone;
    }

    /** How many messages came that a client has no use for. */
    long ignored() {
        return ignored;
    }

    // ---- from the router

    @Override
    public void received(Message message) {
        Message kept = message.keep();
        loop.execute(() -> inTurn(() -> arrived(kept)));
    }

    @Override
    public void violated(ProtocolViolation violation) {
        loop.execute(() -> inTurn(() -> broken(violation)));
    }

    @Override
    public void closed(@Nullable Throwable cause) {
        loop.execute(() -> inTurn(() -> lost(cause)));
    }

    /** Nothing overtakes what is held, least of all the end: the reason of it may be among the messages. */
    private void inTurn(Runnable news) {
        if (holding) {
            held.add(news);
        } else {
            news.run();
        }
    }

    private void arrived(Message message) {
        if (over || aborted) {
            return;
        }
        try {
            if (!welcomed && message instanceof Message.Challenge) {
                answer(message);
                return;
            }
            if (!welcomed && message instanceof Message.Welcome && !isJoined(message)) {
                return;
            }
            boolean refusal = !welcomed && message instanceof Message.Goodbye;
            deliver(refusal ? asAbort((Message.Goodbye) message) : message);
        } catch (ProtocolViolation violation) {
            broken(violation);
        }
    }

    // ---- the handshake, of which jawampa sees only WELCOME

    private Joiner joiner() {
        return Objects.requireNonNull(joiner, "a handshake, once the link is open");
    }

    private Message hello() {
        return ((Step.Send) joiner().start()).message();
    }

    /** The answer may take its time, on purpose: on a thread that nobody waits for, and nothing overtakes it. */
    private void answer(Message challenge) {
        holding = true;
        CompletableFuture.supplyAsync(() -> joiner().received(challenge))
                .whenComplete((step, failure) -> loop.execute(() -> {
                    if (failure == null) {
                        take(step);
                    } else {
                        jawampa.transportError(failure);
                    }
                    release(null, challenge);
                }));
    }

    private boolean isJoined(Message welcome) {
        Step step = joiner().received(welcome);
        take(step);
        return step instanceof Step.Joined;
    }

    private void take(Step step) {
        if (over || aborted) {
            return;
        }
        if (step instanceof Step.Send answer) {
            send(answer.message());
        } else if (step instanceof Step.Refuse refuse) {
            send(refuse.abort());
            jawampa.transportError(new IOException(reason()));
        }
    }

    /** A GOODBYE where WELCOME was due says no as well as an ABORT, but jawampa would not hear it. */
    private static Message.Abort asAbort(Message.Goodbye goodbye) {
        return new Message.Abort(goodbye.details(), goodbye.reason());
    }

    private void deliver(Message message) {
        if (message instanceof Message.Result result && result.details().flag("progress", false)) {
            // Never asked for. jawampa would take it for the final result.
            return;
        }
        WampMessage translated = Inbound.of(message);
        if (translated == null) {
            ignore(message);
            return;
        }
        note(message);
        Inbound.Request request = Inbound.answered(message);
        Consumer<Message> answer = requests.answered(request.type(), request.id());
        jawampa.messageReceived(translated);
        if (message instanceof Message.Registered || message instanceof Message.Subscribed) {
            hold(answer, message);
        } else if (answer != null) {
            answer.accept(message);
        }
    }

    private void ignore(Message message) {
        if (message instanceof Message.Interrupt interrupt) {
            owner.interrupted(interrupt);
            return;
        }
        ignored++;
        LOG.debug("{} is nothing for a client: ignored", message.name());
    }

    /** Takes down what jawampa forgets: who is welcome, and the reason of an end. */
    private void note(Message message) {
        if (message instanceof Message.Welcome welcome && !welcomed) {
            welcomed = true;
            // In this process nothing is encoded twice, whatever the format; CBOR is the compact one that keeps bytes.
            owner.welcomed(
                    welcome, link == null ? Format.CBOR : link.peer().format().orElse(Format.CBOR));
        } else if (message instanceof Message.Goodbye goodbye) {
            goodbyeReceived = true;
            leave(goodbye.reason(), goodbye.details());
            if (closing != null) {
                closeLink();
            }
        } else if (message instanceof Message.Abort abort) {
            aborted = true;
            leave(abort.reason(), abort.details());
        }
    }

    private void leave(String reason, Dict details) {
        String text = details.entries().get("message") instanceof String message ? message : "";
        because(reason, text);
        if (!welcomed) {
            owner.refused(new Message.Abort(details, reason));
        }
    }

    /** The first reason stays. */
    private void because(String reason, String text) {
        if (why == null) {
            why = new Message.Goodbye(Dict.of("message", text), reason);
        }
    }

    /**
     * jawampa enters a new id in its tables one turn after the turn in which it reads the message that brings the id, and
     * drops what comes for that id in between. So for two turns nothing is delivered; then the id is known, and whoever asked
     * for it is told.
     */
    private void hold(@Nullable Consumer<Message> answer, Message message) {
        holding = true;
        loop.execute(() -> loop.execute(() -> release(answer, message)));
    }

    private void release(@Nullable Consumer<Message> answer, Message message) {
        holding = false;
        if (answer != null) {
            answer.accept(message);
        }
        while (!held.isEmpty() && !holding) {
            held.remove().run();
        }
    }

    private void broken(ProtocolViolation violation) {
        if (over || aborted) {
            return;
        }
        send(new Message.Abort(Dict.of("message", textOf(violation)), Uris.PROTOCOL_VIOLATION));
        jawampa.transportError(violation);
    }

    private void lost(@Nullable Throwable cause) {
        linkGone = true;
        because(MessageSession.TRANSPORT_LOST, cause == null ? "the router closed the link" : textOf(cause));
        if (closing != null) {
            finish();
        } else {
            jawampa.transportError(cause == null ? new ApplicationError(ApplicationError.TRANSPORT_CLOSED) : cause);
        }
    }

    private static String textOf(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    // ---- from jawampa

    @Override
    public WampSerialization serialization() {
        // Asked by nobody in jawampa's client; what is spoken on the wire is the link's affair.
        return WampSerialization.Json;
    }

    @Override
    public boolean isSingleWriteOnly() {
        return false;
    }

    @Override
    public void sendMessage(WampMessage message, IWampConnectionPromise<Void> promise) {
        Message translated = outbound.of(message);
        boolean keepsUp = translated == null || sendOrRefuse(translated);
        if (over) {
            requests.fail(reason());
        }
        // jawampa sends the next message when this one is done: a link whose queue is above its mark is given time.
        if (keepsUp || over) {
            promise.fulfill(null);
        } else {
            loop.schedule(() -> promise.fulfill(null), PACE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** What cannot be encoded (options are the caller's) is answered here: jawampa must not stumble over it. */
    private boolean sendOrRefuse(Message message) {
        try {
            return send(message);
        } catch (RuntimeException e) {
            LOG.warn("{} cannot be sent", message.name(), e);
            Inbound.Request request = Outbound.requestOf(message);
            answerHere(request.type(), request.id(), Uris.INVALID_ARGUMENT, "cannot be sent: " + e.getMessage());
            return true;
        }
    }

    /** Whether the link keeps up. */
    private boolean send(Message message) {
        if (link == null || aborted || goodbyeSent) {
            return true;
        }
        if (message instanceof Message.Goodbye goodbye) {
            goodbyeSent = true;
            because(goodbye.reason(), "");
        } else if (message instanceof Message.Abort abort) {
            aborted = true;
            because(abort.reason(), abort.details().text("message").orElse(""));
        }
        return link.send(message);
    }

    /** Ends a request that nobody answered in time, here, in jawampa's table and, for a call, at the router. */
    private void expire(int type, long id) {
        if (answerHere(type, id, Uris.TIMEOUT, "no answer came in time") && type == Message.Call.CODE) {
            // WAMP, "Call Canceling": killnowait, because nobody waits for the callee's answer any more.
            send(new Message.Cancel(id, Dict.of("mode", "killnowait")));
        }
    }

    /** Answers a request in the router's stead; false when it was answered already. */
    private boolean answerHere(int type, long id, String uri, String text) {
        Consumer<Message> answer = requests.answered(type, id);
        if (answer == null) {
            return false;
        }
        Message.ErrorReply error = Requests.error(type, id, uri, text);
        jawampa.messageReceived(Objects.requireNonNull(Inbound.of(error)));
        answer.accept(error);
        return true;
    }

    // ---- the end

    @Override
    public void close(boolean sendRemaining, IWampConnectionPromise<Void> promise) {
        closing = promise;
        if (over || linkGone) {
            finish();
            return;
        }
        loop.schedule(this::finish, MessageSession.CLOSING_SECONDS, TimeUnit.SECONDS);
        if (!goodbyeSent || goodbyeReceived || aborted) {
            closeLink();
        }
    }

    /** Ends the session now, whatever the router or jawampa still wait for. */
    void cutOff() {
        finish();
    }

    private void closeLink() {
        if (link != null) {
            link.close();
        }
    }

    private void finish() {
        if (!over) {
            over = true;
            if (!linkGone) {
                closeLink();
            }
            Message.Goodbye end = why == null ? new Message.Goodbye(Dict.EMPTY, Uris.CLOSE_NORMAL) : why;
            why = end;
            requests.fail(reason());
            owner.ended(end);
        }
        IWampConnectionPromise<Void> promise = closing;
        closing = null;
        if (promise != null) {
            promise.fulfill(null);
        }
    }

    /** Why the session ends or has ended, for those who wait in vain. */
    String reason() {
        Message.Goodbye end = why;
        if (end == null) {
            return "the session has ended";
        }
        String text = end.details().text("message").orElse("");
        return "the session has ended: " + end.reason() + (text.isEmpty() ? "" : ": " + text);
    }
}
