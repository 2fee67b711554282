package io.bailiwick.router.web;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.codec.UntranslatablePayloadException;
import io.bailiwick.router.link.TokenBuckets;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.transport.http.HttpRoute;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP bridges to one realm: who sends a request publishes or calls as himself. The request goes through a session of its
 * sender, opened by a handshake like any other; there is no other way to the realm, and what the roles forbid is forbidden
 * here too. Safe on any thread.
 *
 * <pre>
 * POST publishPath  {"topic", "args", "kwargs", "options"}      200 {"id": publication}
 * POST callPath     {"procedure", "args", "kwargs", "options"}  200 {"args", "kwargs"}
 *                                              otherwise  4xx, 5xx {"error": URI, "args", "kwargs"}
 * </pre>
 */
public final class Bridge implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Bridge.class);
    private static final int MAX_ADDRESSES = 10_000;
    private static final String CHALLENGE = "Basic realm=\"WAMP\", charset=\"UTF-8\", Bearer";

    private final BridgeOptions options;
    private final Callers callers;
    private final SessionCache sessions;
    private final TokenBuckets rates;
    private final ScheduledExecutorService timer;
    private final ScheduledFuture<?> sweeping;

    /**
     * Bridges.
     *
     * @param entrance the ways into the router
     * @param timer for deadlines; nothing waits on it
     */
    public Bridge(BridgeOptions options, Entrance entrance, ScheduledExecutorService timer) {
        BridgeOptions.Bounds bounds = options.bounds();
        this.options = options;
        this.callers = new Callers(options, entrance, Instant::now);
        this.sessions = new SessionCache(bounds.maxSessions(), bounds.idle(), bounds.life(), System::nanoTime);
        this.rates = new TokenBuckets(
                TokenBuckets.Rate.perSecond(bounds.perSecond(), bounds.burst()), MAX_ADDRESSES, System::nanoTime);
        this.timer = timer;
        long every = Math.max(1, bounds.idle().toMillis() / 2);
        this.sweeping = timer.scheduleWithFixedDelay(sessions::sweep, every, every, TimeUnit.MILLISECONDS);
    }

    /** The routes, for {@code HttpOptions}. */
    public List<HttpRoute> routes() {
        List<HttpRoute> routes = new ArrayList<>();
        options.publishPath().ifPresent(path -> routes.add(new Route(path, this::publish)));
        options.callPath().ifPresent(path -> routes.add(new Route(path, this::call)));
        return routes;
    }

    /** Ends the sessions that are kept. */
    @Override
    public void close() {
        sweeping.cancel(false);
        sessions.close();
    }

    /** What is asked of a session, and the reply that comes of it. */
    @FunctionalInterface
    private interface Deed {
        CompletableFuture<HttpRoute.Reply> in(WampSession session);
    }

    /** Makes a deed of a body. */
    @FunctionalInterface
    private interface Reading {
        Deed read(Dict body);
    }

    private Deed publish(Dict body) {
        String topic = text(body, "topic");
        Payload payload = Payloads.encode(Format.JSON, Json.arguments(body));
        Dict wanted = body.dict("options");
        checkAudience(wanted);
        return session -> session.publish(wanted, topic, payload)
                .thenApply(publication -> HttpRoute.Reply.json(200, Json.write(Map.of("id", publication))));
    }

    private Deed call(Dict body) {
        String procedure = text(body, "procedure");
        Payload payload = Payloads.encode(Format.JSON, Json.arguments(body));
        // One answer is all that a response can be.
        Dict wanted = body.dict("options").with("receive_progress", false);
        wanted.integer("timeout");
        return session -> {
            CompletableFuture<Arguments> result = session.call(wanted, procedure, payload);
            limit(result);
            CompletableFuture<HttpRoute.Reply> reply =
                    result.thenApply(arguments -> HttpRoute.Reply.json(200, Json.write(Map.of(), arguments)));
            reply.whenComplete((done, failure) -> result.cancel(false));
            return reply;
        };
    }

    private void limit(CompletableFuture<Arguments> result) {
        ScheduledFuture<?> deadline = timer.schedule(
                () -> result.completeExceptionally(new TimeoutException()),
                options.bounds().deadline().toNanos(),
                TimeUnit.NANOSECONDS);
        result.whenComplete((done, failure) -> deadline.cancel(false));
    }

    private static String text(Dict body, String key) {
        return body.text(key).orElseThrow(() -> new ProtocolViolation("body." + key, "a string", "none"));
    }

    /** A session that breaks the protocol is ended, and others may be using it: what is wrong is better found here. */
    private static void checkAudience(Dict wanted) {
        for (String list : List.of("exclude", "eligible")) {
            wanted.ids(list);
            wanted.texts(list + "_authid");
            wanted.texts(list + "_authrole");
        }
        for (String flag : List.of("disclose_me", "exclude_me", "retain")) {
            wanted.flag(flag, false);
        }
    }

    private CompletionStage<HttpRoute.Reply> handle(HttpRoute.Request request, Reading reading) {
        if (!rates.take(Callers.counted(request.peer()))) {
            return done(HttpRoute.Reply.text(429, "There are too many requests now.")
                    .with("Retry-After", "1"));
        }
        Callers.Verdict verdict = callers.of(request);
        if (verdict instanceof Callers.Refused refused) {
            HttpRoute.Reply reply = refused.reply();
            return done(reply.status() == 401 ? reply.with("WWW-Authenticate", CHALLENGE) : reply);
        }
        Deed deed;
        try {
            deed = reading.read(Json.readObject(request.body()));
        } catch (ProtocolViolation | UntranslatablePayloadException e) {
            return done(HttpRoute.Reply.json(400, Json.error(Uris.INVALID_ARGUMENT, String.valueOf(e.getMessage()))));
        }
        return attempt((Callers.Known) verdict, deed, true);
    }

    private static CompletionStage<HttpRoute.Reply> done(HttpRoute.Reply reply) {
        return CompletableFuture.completedFuture(reply);
    }

    private CompletableFuture<HttpRoute.Reply> attempt(Callers.Known caller, Deed deed, boolean again) {
        CompletableFuture<HttpRoute.Reply> made = deed.in(sessions.session(caller.identity(), caller.sessions()));
        CompletableFuture<HttpRoute.Reply> reply = new CompletableFuture<>();
        reply.whenComplete((done, failure) -> made.cancel(false));
        made.whenComplete((done, failure) -> {
            if (failure == null) {
                reply.complete(done);
                return;
            }
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof WampSession.Gone && again) {
                attempt(caller, deed, false).thenAccept(reply::complete);
            } else {
                reply.complete(failed(cause));
            }
        });
        return reply;
    }

    private static HttpRoute.Reply failed(Throwable cause) {
        if (cause instanceof WampSession.Failure failure) {
            int status = ErrorStatus.of(failure.error());
            HttpRoute.Reply reply = HttpRoute.Reply.json(status, error(failure.error(), failure.arguments()));
            return status == 401 ? reply.with("WWW-Authenticate", CHALLENGE) : reply;
        } else if (cause instanceof TimeoutException) {
            return HttpRoute.Reply.json(504, Json.error(Uris.TIMEOUT, "the procedure did not answer in time"));
        } else if (cause instanceof WampSession.Gone) {
            return HttpRoute.Reply.json(503, Json.error(Uris.UNAVAILABLE, "the session has ended; try again"));
        } else if (cause instanceof UntranslatablePayloadException) {
            return HttpRoute.Reply.json(500, Json.error(Uris.INVALID_ARGUMENT, "the result has no form in JSON"));
        }
        log.error("a bridge failed", cause);
        return HttpRoute.Reply.json(500, Json.error(Uris.RUNTIME_ERROR, "the router failed to answer"));
    }

    private static byte[] error(String uri, Arguments arguments) {
        try {
            return Json.write(Map.of("error", uri), arguments);
        } catch (UntranslatablePayloadException e) {
            return Json.error(uri, "the arguments of the error have no form in JSON");
        }
    }

    /** Where JSON is posted. */
    private final class Route implements HttpRoute {
        private final String path;
        private final Reading reading;

        Route(String path, Reading reading) {
            this.path = path;
            this.reading = reading;
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public Set<String> methods() {
            return Set.of("POST");
        }

        @Override
        public int maxBody() {
            return options.bounds().maxBody();
        }

        @Override
        public Set<String> mediaTypes() {
            return Set.of("application/json");
        }

        @Override
        public CompletionStage<Reply> handle(Request request) {
            return Bridge.this.handle(request, reading);
        }
    }
}
