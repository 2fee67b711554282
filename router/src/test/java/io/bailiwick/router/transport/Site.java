package io.bailiwick.router.transport;

import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.transport.frame.Subprotocol;
import io.bailiwick.router.transport.tls.ConnectorTls;
import io.bailiwick.router.transport.tls.ListenerTls;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A network with one listener, and what came in by it. */
final class Site implements AutoCloseable {
    static final ListenerOptions.Limits QUICK = limits(5_000, 0, 500);

    final Network network;
    final BlockingQueue<Recorder> accepted = new LinkedBlockingQueue<>();
    final ListenerOptions.Limits limits;
    final Network.Listening listening;

    Site(ListenerOptions options, Supplier<Recorder> recorders) throws IOException {
        network = Network.open(OnEpoll.options(2));
        limits = options.limits();
        listening = network.listen(options, link -> {
            Recorder recorder = recorders.get();
            recorder.link.complete(link);
            accepted.add(recorder);
            return recorder;
        });
    }

    /** Listens on a free port of the loopback. */
    static Site tcp(ListenerOptions.Limits limits) throws IOException {
        return new Site(options("tcp://127.0.0.1:0", limits), Recorder::new);
    }

    static Site tls(ListenerTls tls) throws IOException {
        return tls(tls, QUICK);
    }

    static Site tls(ListenerTls tls, ListenerOptions.Limits limits) throws IOException {
        return new Site(
                new ListenerOptions("test", Endpoint.of("tls://127.0.0.1:0"), "/ws", Optional.of(tls), limits),
                Recorder::new);
    }

    static Site unix(Path file, ListenerOptions.Limits limits) throws IOException {
        return new Site(options("unix:" + file, limits), Recorder::new);
    }

    static ListenerOptions options(String endpoint, ListenerOptions.Limits limits) {
        return new ListenerOptions("test", Endpoint.of(endpoint), "/ws", Optional.empty(), limits);
    }

    static ListenerOptions.Limits limits(int requestMillis, int pingMillis, int closeMillis) {
        return ListenerOptions.Limits.DEFAULT.withTimes(
                Duration.ofMillis(requestMillis), Duration.ofMillis(pingMillis), Duration.ofMillis(closeMillis));
    }

    static ListenerOptions.Limits sizes(int maxMessage, int unauthenticated, int mark, int bound) {
        return QUICK.withMessages(unauthenticated, maxMessage).withQueue(mark, bound);
    }

    int port() {
        return listening.endpoint().port();
    }

    /** The next connection that came in. */
    Recorder next() throws InterruptedException {
        Recorder recorder = accepted.poll(Recorder.PATIENCE, TimeUnit.SECONDS);
        if (recorder == null) {
            throw new AssertionError("a connection was expected");
        }
        return recorder;
    }

    /** Where to connect by ws, rs or unix. */
    Endpoint by(String scheme) {
        return scheme.equals("unix")
                ? listening.endpoint()
                : new Endpoint(scheme, "127.0.0.1", port(), scheme.startsWith("ws") ? "/ws" : "");
    }

    /** A client of our own. */
    Recorder connect(String scheme, Format format) throws Exception {
        Recorder recorder = new Recorder();
        Link link = network.connector(by(scheme), format, Optional.empty(), limits)
                .connect(recorder)
                .toCompletableFuture()
                .get(Recorder.PATIENCE, TimeUnit.SECONDS);
        recorder.link.complete(link);
        return recorder;
    }

    /** A client of our own by TLS, over RawSocket. */
    Recorder connect(String host, ConnectorTls tls) throws Exception {
        Recorder recorder = new Recorder();
        Link link = network.connector(
                        new Endpoint("rss", host, port(), ""), new Subprotocol(Format.CBOR, false), false, tls, limits)
                .connect(recorder)
                .toCompletableFuture()
                .get(Recorder.PATIENCE, TimeUnit.SECONDS);
        recorder.link.complete(link);
        return recorder;
    }

    RawPeer raw() throws IOException {
        return new RawPeer(port());
    }

    @Override
    public void close() {
        network.close();
    }
}
