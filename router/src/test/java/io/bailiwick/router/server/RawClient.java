package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client that sends any message it is told to, in any order, and reads or does not. */
final class RawClient implements Link.Listener, AutoCloseable {
    final BlockingQueue<Message> received = new LinkedBlockingQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Link link;

    RawClient(Connector connector) {
        link = connector
                .connect(this)
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    /** A client that has joined. */
    static RawClient joined(Connector connector) throws InterruptedException {
        RawClient client = new RawClient(connector);
        client.says(hello());
        client.hears(Message.Welcome.class);
        return client;
    }

    static Message.Hello hello() {
        Map<String, Object> roles =
                Map.of("caller", Map.of(), "callee", Map.of(), "publisher", Map.of(), "subscriber", Map.of());
        return new Message.Hello(RunningRouter.REALM, Dict.of("roles", roles));
    }

    void says(Message message) {
        link.send(message);
    }

    void reads(boolean wanted) {
        link.reading(wanted);
    }

    /** The next message is of this type. */
    <M extends Message> M hears(Class<M> type) throws InterruptedException {
        Message next = received.poll(20, TimeUnit.SECONDS);
        assertNotNull(next, () -> "expected " + type.getSimpleName() + ", but nothing came");
        assertTrue(type.isInstance(next), () -> "expected " + type.getSimpleName() + ", but " + next);
        return type.cast(next);
    }

    void isAborted(String reason) throws InterruptedException {
        assertEquals(reason, hears(Message.Abort.class).reason());
        isClosed();
    }

    void isClosed() throws InterruptedException {
        assertTrue(closed.await(20, TimeUnit.SECONDS), "the link is closed");
    }

    @Override
    public void received(Message message) {
        received.add(message.keep());
    }

    @Override
    public void violated(ProtocolViolation violation) {
        link.close();
    }

    @Override
    public void closed(@Nullable Throwable cause) {
        closed.countDown();
    }

    @Override
    public void close() {
        link.close();
    }
}
