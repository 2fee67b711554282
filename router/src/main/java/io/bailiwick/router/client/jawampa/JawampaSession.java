package io.bailiwick.router.client.jawampa;

import io.bailiwick.router.client.session.MessageSession;
import io.bailiwick.router.client.session.RefusedException;
import io.bailiwick.router.handshake.Joiner;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import rx.Subscriber;
import rx.Subscription;
import ws.wamp.jawampa.ApplicationError;
import ws.wamp.jawampa.PubSubData;
import ws.wamp.jawampa.PublishFlags;
import ws.wamp.jawampa.Reply;
import ws.wamp.jawampa.Request;
import ws.wamp.jawampa.WampClient;
import ws.wamp.jawampa.WampClientBuilder;

/** A session kept by jawampa-core's state machine; everything is told on the loop that all of them share. */
public final class JawampaSession implements MessageSession {
    /** jawampa checks URIs and realms by its own rules; ours were checked before, and travel beside this one. */
    private static final String PLACEHOLDER = "bailiwick";

    private final CompletableFuture<JawampaSession> joined = new CompletableFuture<>();
    private final CompletableFuture<Message.Goodbye> ended = new CompletableFuture<>();
    private final Loop loop = Loop.SHARED;
    private final Requests requests = new Requests(loop);
    private final Map<Long, Subscription> registrations = new ConcurrentHashMap<>();
    private final WampClient client;
    private volatile @Nullable LinkConnection connection;
    private volatile Message.@Nullable Welcome welcome;
    private volatile Format format = Format.CBOR;

    /**
     * Opens a link and joins.
     *
     * @param introduction who wants to join, and how it proves that
     * @param interrupts told of INTERRUPT
     * @param limit how long all of it may take
     * @return ends exceptionally with {@link RefusedException} or with an {@link IOException}
     */
    public static CompletableFuture<JawampaSession> join(
            Connector connector,
            Joiner.Introduction introduction,
            Consumer<Message.Interrupt> interrupts,
            Duration limit) {
        JawampaSession session = new JawampaSession(connector, introduction, interrupts);
        session.open(limit);
        return session.joined;
    }

    private JawampaSession(
            Connector connector, Joiner.Introduction introduction, Consumer<Message.Interrupt> interrupts) {
        Notes notes = new Notes(interrupts);
        LinkConnector links = new LinkConnector(loop, connector, jawampa -> {
            LinkConnection opening = new LinkConnection(loop, jawampa, notes, requests, introduction);
            connection = opening;
            return opening;
        });
        WampClientBuilder builder = new WampClientBuilder()
                .withUri("link:" + PLACEHOLDER)
                .withRealm(PLACEHOLDER)
                .withConnectorProvider(links);
        try {
            // Reconnects 0 and close-on-errors are jawampa's defaults: who wants another session joins again.
            client = builder.build();
        } catch (Exception e) {
            throw new IllegalStateException("jawampa refused its own placeholders", e);
        }
    }

    private void open(Duration limit) {
        Runnable late = () -> {
            if (joined.completeExceptionally(
                    new IOException("expected WELCOME within " + limit.toSeconds() + " s, but none came"))) {
                close();
            }
        };
        Future<?> timer = loop.schedule(late, limit.toNanos(), TimeUnit.NANOSECONDS);
        joined.whenComplete((session, failure) -> timer.cancel(false));
        client.statusChanged().subscribe(this::changed, failure -> failed(failure));
        client.open();
    }

    private void changed(WampClient.State state) {
        if (state instanceof WampClient.ConnectedState) {
            joined.complete(this);
        } else if (state instanceof WampClient.DisconnectedState disconnected
                && disconnected.disconnectReason() != null) {
            failed(disconnected.disconnectReason());
        }
    }

    private void failed(Throwable failure) {
        if (joined.isDone()) {
            return;
        }
        LinkConnection tried = connection;
        boolean own = failure instanceof IOException;
        String text = tried == null ? String.valueOf(failure.getMessage()) : tried.reason();
        joined.completeExceptionally(own ? failure : new IOException(text, failure));
    }

    @Override
    public Message.Welcome welcome() {
        return Objects.requireNonNull(welcome, "not joined");
    }

    @Override
    public Format format() {
        return format;
    }

    @Override
    public CompletableFuture<Message.Goodbye> ended() {
        return ended;
    }

    @Override
    public void call(String procedure, Dict options, Payload payload, Duration limit, Consumer<Message> answer) {
        Outgoing call = Outgoing.answeredByJawampa(id -> new Message.Call(id, options, procedure, payload), limit);
        client.call(PLACEHOLDER, Carried.in(call), null)
                .subscribe(
                        reply -> answer.accept(resultOf(reply)),
                        failure -> answer.accept(errorOf(Message.Call.CODE, failure)));
    }

    @Override
    public void publish(String topic, Dict options, Payload payload, Duration limit, Consumer<Message> answer) {
        Dict acknowledged = options.with("acknowledge", true);
        Outgoing publish =
                Outgoing.answeredByJawampa(id -> new Message.Publish(id, acknowledged, topic, payload), limit);
        client.publish(PLACEHOLDER, EnumSet.of(PublishFlags.RequireAcknowledge), Carried.in(publish), null)
                .subscribe(
                        publication -> answer.accept(new Message.Published(0, publication)),
                        failure -> answer.accept(errorOf(Message.Publish.CODE, failure)));
    }

    @Override
    public void subscribe(
            String topic, Dict options, Consumer<Message.Event> events, Duration limit, Consumer<Message> answer) {
        String name = requests.name(new Outgoing(id -> new Message.Subscribe(id, options, topic), limit, answer));
        client.makeSubscription(name).subscribe(new Stream<PubSubData>(name) {
            @Override
            public void onNext(PubSubData data) {
                Message.Event event = Carried.out(data.arguments(), Message.Event.class);
                if (event != null) {
                    events.accept(event);
                }
            }
        });
    }

    @Override
    public void register(String procedure, Dict options, Callee callee, Duration limit, Consumer<Message> answer) {
        Stream<Request> stream = new Stream<>("") {
            @Override
            public void onNext(Request request) {
                Message.Invocation invocation = Carried.out(request.arguments(), Message.Invocation.class);
                if (invocation != null) {
                    callee.invoked(invocation, reply -> reply(request, reply));
                }
            }
        };
        Consumer<Message> confirmed = message -> {
            if (message instanceof Message.Registered registered) {
                registrations.put(registered.registration(), stream);
            }
            answer.accept(message);
        };
        stream.name = requests.name(new Outgoing(id -> new Message.Register(id, options, procedure), limit, confirmed));
        client.registerProcedure(stream.name).subscribe(stream);
    }

    @Override
    public void unregister(long registration, Duration limit, Consumer<Message> answer) {
        Subscription registered = registrations.remove(registration);
        if (registered == null) {
            String text = "this session has no registration " + registration;
            answer.accept(
                    ended.isDone()
                            ? Requests.lost(Message.Unregister.CODE, 0, reason())
                            : Requests.error(Message.Unregister.CODE, 0, Uris.NO_SUCH_REGISTRATION, text));
            return;
        }
        requests.unregistering(
                registration, new Outgoing(id -> new Message.Unregister(id, registration), limit, answer));
        registered.unsubscribe();
        // jawampa says nothing when the session has ended, and then nobody else would answer.
        loop.execute(() -> {
            if (ended.isDone()) {
                answerUnsent(requests.takeUnregistering(registration));
            }
        });
    }

    @Override
    @SuppressWarnings("RxReturnValueIgnored") // it closes at once; what it returns only tells when it has
    public void close() {
        client.close();
        loop.schedule(this::cutOff, CLOSING_SECONDS, TimeUnit.SECONDS);
    }

    private void cutOff() {
        LinkConnection open = connection;
        if (open != null) {
            open.cutOff();
        }
    }

    private void reply(Request request, Message reply) {
        try {
            if (reply instanceof Message.Yield) {
                request.reply(Carried.in(reply), null);
            } else {
                request.replyError(PLACEHOLDER, Carried.in(reply), null);
            }
        } catch (ApplicationError invalidUri) {
            throw new IllegalStateException("jawampa refused its own placeholder", invalidUri);
        }
    }

    private Message resultOf(Reply reply) {
        return Objects.requireNonNull(Carried.out(reply.arguments(), Message.Result.class));
    }

    private Message.ErrorReply errorOf(int type, Throwable failure) {
        Message.ErrorReply error = failure instanceof ApplicationError wamp
                ? Carried.out(wamp.arguments(), Message.ErrorReply.class)
                : null;
        return error == null ? Requests.lost(type, 0, reason()) : error;
    }

    private String reason() {
        LinkConnection open = connection;
        return open == null ? "there is no session" : open.reason();
    }

    private void answerUnsent(@Nullable Outgoing unsent) {
        if (unsent != null) {
            unsent.answer().accept(Requests.lost(0, 0, reason()));
        }
    }

    /** What is known of this session's state, asked on the loop; for tests. */
    <T> CompletableFuture<T> ask(BiFunction<Requests, LinkConnection, T> question) {
        return CompletableFuture.supplyAsync(() -> question.apply(requests, Objects.requireNonNull(connection)), loop);
    }

    /** What jawampa tells of one subscription or registration. */
    private abstract class Stream<T> extends Subscriber<T> {
        private String name;

        Stream(String name) {
            this.name = name;
        }

        /** The session has ended. */
        @Override
        public void onCompleted() {
            answerUnsent(requests.take(name));
        }

        /** The router said no, which the connection has told already, or there is no session any more. */
        @Override
        public void onError(Throwable failure) {
            answerUnsent(requests.take(name));
        }
    }

    /** What the connection tells; on the loop. */
    private final class Notes implements LinkConnection.Owner {
        private final Consumer<Message.Interrupt> interrupts;

        Notes(Consumer<Message.Interrupt> interrupts) {
            this.interrupts = interrupts;
        }

        @Override
        public void welcomed(Message.Welcome message, Format spoken) {
            format = spoken;
            welcome = message;
        }

        @Override
        public void refused(Message.Abort abort) {
            joined.completeExceptionally(new RefusedException(abort));
        }

        @Override
        public void interrupted(Message.Interrupt interrupt) {
            interrupts.accept(interrupt);
        }

        @Override
        public void ended(Message.Goodbye why) {
            registrations.clear();
            ended.complete(why);
        }
    }
}
