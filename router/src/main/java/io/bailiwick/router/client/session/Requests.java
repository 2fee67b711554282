package io.bailiwick.router.client.session;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Uris;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of one session that wait: first, in line, for a link that does not keep up, then for the router's answer. A
 * request gets its id when it is sent, so that ids go up by one on the wire ("IDs"). Any thread.
 */
final class Requests {
    /** How long a link above its mark is left alone before it is tried again. */
    private static final long PACE_MILLIS = 1;

    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

    /** What a request needs of its session. */
    interface Way {
        /**
         * Sends a message; nothing once the session has said its last word.
         *
         * @return whether the link keeps up
         */
        boolean send(Message message);

        /** Whether the link keeps up. */
        boolean keepsUp();
    }

    /** A request: completes with its answer, or exceptionally when its time is over. */
    private static final class Request extends CompletableFuture<Message> {
        private final int type;
        private final LongFunction<Message> message;
        private final @Nullable Consumer<Message.Result> progress;
        /** 0 as long as it stands in line. */
        private long id;

        Request(int type, LongFunction<Message> message, @Nullable Consumer<Message.Result> progress) {
            this.type = type;
            this.message = message;
            this.progress = progress;
        }
    }

    private final Way way;
    private final Format format;
    private final Supplier<String> reason;
    private final Executor pace = CompletableFuture.delayedExecutor(PACE_MILLIS, TimeUnit.MILLISECONDS, Runnable::run);

    // Guarded by this.
    private final Set<Request> line = new LinkedHashSet<>();
    private final Map<Long, Request> sent = new HashMap<>();
    private long last;
    private boolean paused;
    private boolean closed;
    private @Nullable Runnable lastWord;

    /**
     * The requests of a session that has just joined.
     *
     * @param format the format of answers of our own making
     * @param reason why the session has ended, asked when it has
     */
    Requests(Way way, Format format, Supplier<String> reason) {
        this.way = way;
        this.format = format;
        this.reason = reason;
    }

    /**
     * Sends a request, or puts it in line.
     *
     * @param message makes the message, given its request id
     * @param limit how long the router may take, and the way to it
     * @param answer takes the answer, exactly once
     */
    void add(int type, LongFunction<Message> message, Duration limit, Consumer<Message> answer) {
        add(new Request(type, message, null), limit, answer);
    }

    /**
     * Sends a CALL likewise, whose result may come in parts.
     *
     * @param progress takes the parts, before the answer
     * @return gives it up; the answer is {@code wamp.error.canceled} then
     */
    Runnable call(
            LongFunction<Message> message,
            Duration limit,
            Consumer<Message.Result> progress,
            Consumer<Message> answer) {
        Request request = new Request(Message.Call.CODE, message, progress);
        add(request, limit, answer);
        return () -> givenUp(request);
    }

    private void add(Request request, Duration limit, Consumer<Message> answer) {
        request.whenComplete((reply, late) -> answer.accept(late == null ? reply : expired(request)));
        if (enter(request)) {
            request.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS);
        } else {
            request.complete(lost(request));
        }
    }

    private synchronized boolean enter(Request request) {
        if (closed) {
            return false;
        }
        if (paused) {
            line.add(request);
        } else {
            send(request);
        }
        return true;
    }

    /** Guarded by this. What cannot be encoded (options are the caller's) takes no id and is answered here. */
    private void send(Request request) {
        request.id = ++last;
        sent.put(request.id, request);
        try {
            if (!way.send(request.message.apply(request.id))) {
                paused = true;
                pace.execute(this::goOn);
            }
        } catch (RuntimeException e) {
            sent.remove(request.id);
            last--;
            LOG.warn("a request cannot be sent", e);
            // Elsewhere: who asked is not told while this is locked.
            request.completeAsync(
                    () -> error(request.type, request.id, Uris.INVALID_ARGUMENT, "cannot be sent: " + e.getMessage()));
        }
    }

    /** The link may keep up again: on the JDK's timer thread. */
    private synchronized void goOn() {
        if (!way.keepsUp() && !(closed && lastWord == null)) {
            pace.execute(this::goOn);
            return;
        }
        paused = false;
        while (!paused && !line.isEmpty()) {
            Iterator<Request> first = line.iterator();
            Request request = first.next();
            first.remove();
            send(request);
        }
        if (line.isEmpty() && lastWord != null) {
            lastWord.run();
            lastWord = null;
        }
    }

    /** The router has answered; false when nobody waits for it (any more). */
    boolean answered(int type, long id, Message message) {
        Request request;
        synchronized (this) {
            request = sent.get(id);
            if (request == null || request.type != type) {
                return false;
            }
            sent.remove(id);
        }
        return request.complete(message.keep());
    }

    /** A part of a result: true always, for a part that nobody asked for is for nobody. */
    boolean progressed(Message.Result part) {
        Request request;
        synchronized (this) {
            request = sent.get(part.request());
        }
        if (request != null && request.progress != null && !request.isDone()) {
            request.progress.accept(part.keep());
        }
        return true;
    }

    private Message expired(Request request) {
        forget(request);
        return error(request.type, request.id, Uris.TIMEOUT, "no answer came in time");
    }

    private void givenUp(Request request) {
        if (!request.isDone()) {
            forget(request);
            request.complete(error(request.type, request.id, Uris.CANCELED, "the call was given up"));
        }
    }

    /** WAMP, "Call Canceling": killnowait, because nobody waits for the callee's answer any more. */
    private void forget(Request request) {
        boolean unanswered;
        synchronized (this) {
            line.remove(request);
            unanswered = sent.remove(request.id, request);
        }
        if (unanswered && request.type == Message.Call.CODE) {
            way.send(new Message.Cancel(request.id, Dict.of("mode", "killnowait")));
        }
    }

    /**
     * Takes no further request.
     *
     * @param word what to do behind those that are in line
     */
    synchronized void close(Runnable word) {
        if (closed) {
            return;
        }
        closed = true;
        if (line.isEmpty()) {
            word.run();
        } else {
            lastWord = word;
        }
    }

    /** The session has ended: everybody who waits is told so. */
    void end() {
        List<Request> all;
        synchronized (this) {
            closed = true;
            lastWord = null;
            all = new ArrayList<>(sent.values());
            all.addAll(line);
            sent.clear();
            line.clear();
        }
        all.forEach(request -> request.complete(lost(request)));
    }

    /** How many wait, in line or for an answer. */
    synchronized int size() {
        return sent.size() + line.size();
    }

    private Message lost(Request request) {
        return error(request.type, request.id, Uris.NETWORK_FAILURE, reason.get());
    }

    /** An answer of our own making. */
    Message.ErrorReply error(int type, long id, String error, String text) {
        return new Message.ErrorReply(type, id, Dict.EMPTY, error, Payloads.encode(format, Arguments.of(text)));
    }
}
