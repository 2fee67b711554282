package io.bailiwick.router.transport;

import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.LinkAcceptor;
import io.bailiwick.router.message.Format;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/** The event loops of this process, and what listens and connects on them. */
public final class Network implements AutoCloseable {
    private Network() {}

    /** Starts event loops. @param threads how many; 0 for one per processor */
    public static Network open(int threads) {
        throw new UnsupportedOperationException();
    }

    /**
     * Listens.
     *
     * @return the listener, bound
     * @throws IOException naming the address and the reason (address in use, no such file, no certificate)
     */
    public Listening listen(ListenerOptions options, LinkAcceptor acceptor) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * A way to reach a router.
     *
     * @param endpoint scheme ws, wss, rs, rss or unix
     * @param format the format to speak
     * @param trust for wss and rss: a PEM file of the certificates to trust, empty for those of the JDK; the host name is
     *     always checked
     */
    public Connector connector(Endpoint endpoint, Format format, Optional<Path> trust) {
        throw new UnsupportedOperationException();
    }

    /** One of the event loops, by turns: the one thread of a realm, and its timer. Nothing on it may block. */
    public ScheduledExecutorService loop() {
        throw new UnsupportedOperationException();
    }

    /** Closes all listeners and connections, then ends the threads; waits at most three seconds. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }

    /** A bound listener. */
    public interface Listening extends AutoCloseable {
        /** Where it listens, with the port it got. */
        Endpoint endpoint();

        /** Takes no new connections any more; those that are open stay. */
        @Override
        void close();
    }
}
