package io.bailiwick.router.transport.http;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** The HTTP side of one listener: what all of its connections share. Safe on any thread. */
public final class HttpSide {
    private final HttpHost host;
    private final HttpOptions options;
    private final Cookies cookies;
    private final Map<String, Target> routes = new LinkedHashMap<>();
    private final Optional<LongPoll> longPoll;
    private final AtomicLong bodies = new AtomicLong();

    /** Handles a request on the event loop of its connection. */
    @FunctionalInterface
    interface Handling {
        CompletionStage<HttpRoute.Reply> handle(HttpRoute.Request request, HttpHost.Arrival arrival);
    }

    /**
     * What is at a path.
     *
     * @param methods without HEAD and OPTIONS
     * @param maxBody bytes
     * @param mediaTypes of a body; empty for any
     * @param opensLink whether who comes here is given the cookie
     * @param handling answers
     */
    record Target(Set<String> methods, int maxBody, Set<String> mediaTypes, boolean opensLink, Handling handling) {}

    /** The HTTP side of a listener. */
    public HttpSide(HttpHost host, HttpOptions options) {
        this.host = host;
        this.options = options;
        this.cookies = new Cookies(options.cookie());
        this.longPoll = options.longPoll().map(wanted -> new LongPoll(host, wanted));
        for (HttpRoute route : options.routes()) {
            routes.put(
                    route.path(),
                    new Target(
                            Set.copyOf(route.methods()),
                            route.maxBody(),
                            Set.copyOf(route.mediaTypes()),
                            false,
                            (request, arrival) -> route.handle(request)));
        }
    }

    /** Takes over a connection on which an HTTP request begins. On the connection's loop. */
    public void begin(ChannelPipeline pipeline, HttpHost.Arrival arrival) {
        pipeline.addLast(
                new RequestDecoder(options.limits()), new HttpResponseEncoder(), new HttpConnection(this, arrival));
    }

    /** Closes all long-poll links. */
    public void close() {
        longPoll.ifPresent(LongPoll::close);
    }

    HttpHost host() {
        return host;
    }

    HttpOptions options() {
        return options;
    }

    Cookies cookies() {
        return cookies;
    }

    /** What is at a path, if anything. */
    Optional<Target> target(String path) {
        Target route = routes.get(path);
        return route != null ? Optional.of(route) : longPoll.flatMap(served -> served.target(path));
    }

    /** Reserves room for so many more bytes of bodies; false when there is none. */
    boolean reserve(long bytes) {
        if (bodies.addAndGet(bytes) <= options.limits().maxBodies()) {
            return true;
        }
        bodies.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        bodies.addAndGet(-bytes);
    }
}
