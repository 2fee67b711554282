package io.bailiwick.router.client;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.MessageTooLargeException;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A router that does what a test tells it, over links in memory whose messages travel on a thread of their own. By itself
 * it welcomes everybody, confirms every request with the request's own id, and answers GOODBYE.
 */
final class ScriptedRouter implements Connector, AutoCloseable {
    private final ExecutorService wire = Executors.newSingleThreadExecutor(task -> new Thread(task, "scripted-router"));
    private final Map<Class<?>, BiConsumer<Wire, Message>> script = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Message> heard = new ConcurrentLinkedQueue<>();
    private final LinkedBlockingQueue<Message> unread = new LinkedBlockingQueue<>();
    final List<Wire> wires = new CopyOnWriteArrayList<>();
    Peer peer = new Peer("test", "tcp:127.0.0.1:1", Optional.of(Format.MSGPACK), false);

    ScriptedRouter() {
        on(Message.Hello.class, (wire, hello) -> wire.tell(welcome(hello.realm() == null ? "r1" : hello.realm())));
        on(Message.Goodbye.class, (wire, goodbye) -> wire.tell(new Message.Goodbye(Dict.EMPTY, "wamp.close.normal")));
        on(Message.Subscribe.class, (wire, m) -> wire.tell(new Message.Subscribed(m.request(), m.request())));
        on(Message.Register.class, (wire, m) -> wire.tell(new Message.Registered(m.request(), m.request())));
        on(Message.Unregister.class, (wire, m) -> wire.tell(new Message.Unregistered(m.request(), Dict.EMPTY)));
        on(Message.Publish.class, (wire, m) -> wire.tell(new Message.Published(m.request(), 1)));
    }

    static Message.Welcome welcome(String realm) {
        return new Message.Welcome(
                4711,
                Dict.of(Map.of(
                        "realm", realm, "authid", "someone", "authrole", "user", "roles", Map.of("broker", Map.of()))));
    }

    static Payload payload(Object... arguments) {
        return Payloads.encode(Format.MSGPACK, Arguments.of(arguments));
    }

    /** Says what the router does on messages of a type, from now on; runs on the router's thread. */
    @SuppressWarnings("unchecked")
    <M extends Message> ScriptedRouter on(Class<M> type, BiConsumer<Wire, M> reaction) {
        script.put(type, (BiConsumer<Wire, Message>) reaction);
        return this;
    }

    /** The router hears messages of a type, and does nothing. */
    ScriptedRouter silentOn(Class<? extends Message> type) {
        script.put(type, (wire, message) -> {});
        return this;
    }

    @Override
    public CompletionStage<Link> connect(Link.Listener listener) {
        Wire link = new Wire(listener);
        wires.add(link);
        return CompletableFuture.completedFuture(link);
    }

    /** Everything heard of a type so far. */
    <M extends Message> List<M> heard(Class<M> type) {
        return heard.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Waits for the next message of a type, passing over others. */
    <M extends Message> M next(Class<M> type) throws InterruptedException {
        for (; ; ) {
            Message message = unread.poll(10, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("expected " + type.getSimpleName() + " within 10 s, but none came");
            }
            if (type.isInstance(message)) {
                return type.cast(message);
            }
        }
    }

    /** The only link. */
    Wire wire() {
        return wires.get(0);
    }

    @Override
    public void close() {
        wire.shutdownNow();
    }

    /** One link, seen from the router. */
    final class Wire implements Link {
        final Listener client;
        private boolean closed;
        volatile boolean stuck;
        volatile boolean closedByClient;
        /** As a link whose codec cannot write what it is given. */
        volatile boolean refusing;
        /** Above how many unread messages the client is told that the router does not keep up. */
        volatile int mark = Integer.MAX_VALUE;

        /** What the link says when it is asked without a message. */
        volatile boolean keepingUp = true;
        /** How large the arguments of a message may be. */
        volatile int mostBytes = Integer.MAX_VALUE;

        private final AtomicInteger queued = new AtomicInteger();
        final AtomicInteger mostQueued = new AtomicInteger();

        private Wire(Listener client) {
            this.client = client;
        }

        /** Tells the client several messages in one burst. */
        void tell(Message... messages) {
            wire.execute(() -> {
                for (Message message : messages) {
                    tellView(client, message);
                }
            });
        }

        /** The link breaks. */
        void breaks(@Nullable Throwable cause) {
            wire.execute(() -> {
                if (!closed) {
                    closed = true;
                    client.closed(cause);
                }
            });
        }

        @Override
        public boolean send(Message message) {
            if (refusing) {
                throw new IllegalArgumentException("no form for one of the options");
            }
            if (message.payload().length() > mostBytes) {
                throw new MessageTooLargeException(message.name(), mostBytes);
            }
            Message kept = message.keep();
            if (!stuck) {
                int waiting = queued.incrementAndGet();
                mostQueued.accumulateAndGet(waiting, Math::max);
                wire.execute(() -> {
                    queued.decrementAndGet();
                    heard.add(kept);
                    unread.add(kept);
                    script.getOrDefault(kept.getClass(), (link, nothing) -> {}).accept(this, kept);
                });
            }
            return queued.get() < mark;
        }

        @Override
        public boolean keepsUp() {
            return keepingUp;
        }

        @Override
        public void close() {
            closedByClient = true;
            if (!stuck) {
                breaks(null);
            }
        }

        @Override
        public Peer peer() {
            return peer;
        }
    }

    /** Tells as a transport does: the payload is gone when the listener returns. */
    private static void tellView(Link.Listener client, Message message) {
        Payload payload = payloadOf(message);
        byte[] frame = new byte[payload.length()];
        payload.bytes().get(frame);
        Payload view = payload.isEmpty()
                ? payload
                : Payload.view(payload.format(), ByteBuffer.wrap(frame), payload.elements());
        if (message instanceof Message.Event m) {
            client.received(new Message.Event(m.subscription(), m.publication(), m.details(), view));
        } else if (message instanceof Message.Invocation m) {
            client.received(new Message.Invocation(m.request(), m.registration(), m.details(), view));
        } else if (message instanceof Message.Result m) {
            client.received(new Message.Result(m.request(), m.details(), view));
        } else {
            client.received(message);
        }
        Arrays.fill(frame, (byte) 0xff);
    }

    private static Payload payloadOf(Message message) {
        if (message instanceof Message.Event event) {
            return event.payload();
        } else if (message instanceof Message.Invocation invocation) {
            return invocation.payload();
        }
        return message instanceof Message.Result result ? result.payload() : Payload.EMPTY;
    }
}
