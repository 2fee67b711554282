package io.bailiwick.router.transport;

import io.bailiwick.router.transport.socket.NetworkOptions;
import io.bailiwick.router.transport.socket.NetworkOptions.Transport;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Lets whatever network a test opens have epoll. Before the test's own preparations, which open one. */
final class OnEpoll implements BeforeEachCallback, AfterEachCallback {
    private static final ThreadLocal<Transport> WANTED = ThreadLocal.withInitial(() -> Transport.NIO);

    @Override
    public void beforeEach(ExtensionContext context) {
        WANTED.set(Transport.EPOLL);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        WANTED.remove();
    }

    /** What a test's network has, for tests on this thread. */
    static NetworkOptions options(int threads) {
        return new NetworkOptions(threads, WANTED.get());
    }
}
