package io.bailiwick.router.client.jawampa;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Uris;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one session that wait: first for jawampa to give them a request id, then for the router to answer, each
 * for a limited time only. jawampa itself waits for ever.
 */
final class Requests {
    private record Waiting(int type, Consumer<Message> answer, Future<?> timer) {}

    private final Loop loop;
    private final AtomicLong names = new AtomicLong();
    private final Map<String, Outgoing> named = new ConcurrentHashMap<>();
    private final Map<Long, Outgoing> unregistering = new ConcurrentHashMap<>();
    /** By request id; on the loop only. */
    private final Map<Long, Waiting> waiting = new HashMap<>();

    Requests(Loop loop) {
        this.loop = loop;
    }

    /**
     * Keeps a REGISTER or SUBSCRIBE until jawampa sends it. jawampa knows it by the name returned, not by its URI: so the same
     * URI may be used under several match policies, and patterns that jawampa would refuse may be registered.
     */
    String name(Outgoing request) {
        String name = "n" + names.incrementAndGet();
        named.put(name, request);
        return name;
    }

    /** The request of a name, which is thereby forgotten. */
    @Nullable
    Outgoing take(String name) {
        return named.remove(name);
    }

    /** Keeps an UNREGISTER until jawampa sends it. */
    void unregistering(long registration, Outgoing request) {
        unregistering.put(registration, request);
    }

    /** The UNREGISTER of a registration, which is thereby forgotten. */
    @Nullable
    Outgoing takeUnregistering(long registration) {
        return unregistering.remove(registration);
    }

    /**
     * A request was sent: from now on its time runs. On the loop.
     *
     * @param expired runs on the loop when the time is over; does not run when the request was answered
     */
    void sent(int type, long id, Outgoing request, Runnable expired) {
        Future<?> timer = loop.schedule(expired, request.limit().toNanos(), TimeUnit.NANOSECONDS);
        waiting.put(id, new Waiting(type, request.answer(), timer));
    }

    /** A request was answered: who waits for it, or null when nobody does (any more). On the loop. */
    @Nullable
    Consumer<Message> answered(int type, long id) {
        Waiting request = waiting.get(id);
        if (request == null || request.type() != type) {
            return null;
        }
        waiting.remove(id);
        request.timer().cancel(false);
        return request.answer();
    }

    /** The session has ended: everybody who waits is told so. On the loop. */
    void fail(String why) {
        Map<Long, Waiting> all = new HashMap<>(waiting);
        waiting.clear();
        all.forEach((id, request) -> {
            request.timer().cancel(false);
            request.answer().accept(lost(request.type(), id, why));
        });
        List<Outgoing> unsent = new ArrayList<>(named.values());
        unsent.addAll(unregistering.values());
        named.clear();
        unregistering.clear();
        unsent.forEach(request -> request.answer().accept(lost(0, 0, why)));
    }

    /** How many requests wait for an answer. On the loop. */
    int size() {
        return waiting.size();
    }

    /** The answer to a request of a session that has ended. */
    static Message.ErrorReply lost(int type, long id, String why) {
        return error(type, id, Uris.NETWORK_FAILURE, why);
    }

    /** An answer of our own making. */
    static Message.ErrorReply error(int type, long id, String error, String text) {
        return new Message.ErrorReply(type, id, Dict.EMPTY, error, Payloads.encode(Format.JSON, Arguments.of(text)));
    }
}
