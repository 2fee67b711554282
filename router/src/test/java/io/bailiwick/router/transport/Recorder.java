package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what a link delivers. Answers a violation as a router does: ABORT, then close. */
class Recorder implements Link.Listener {
    static final long PATIENCE = 10;

    final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    final CompletableFuture<ProtocolViolation> violation = new CompletableFuture<>();
    final CompletableFuture<Optional<Throwable>> closed = new CompletableFuture<>();
    final AtomicInteger closings = new AtomicInteger();
    final CompletableFuture<Link> link = new CompletableFuture<>();

    @Override
    public void received(Message message) {
        messages.add(message.keep());
    }

    @Override
    public void violated(ProtocolViolation broken) {
        violation.complete(broken);
        link.join().send(new Message.Abort(Dict.EMPTY, "wamp.error.protocol_violation"));
        link.join().close();
    }

    @Override
    public void closed(Throwable cause) {
        closings.incrementAndGet();
        closed.complete(Optional.ofNullable(cause));
    }

    Link link() throws Exception {
        return link.get(PATIENCE, TimeUnit.SECONDS);
    }

    Message next() throws InterruptedException {
        Message message = messages.poll(PATIENCE, TimeUnit.SECONDS);
        assertNotNull(message, "a message was expected");
        return message;
    }

    <M extends Message> M next(Class<M> type) throws InterruptedException {
        return type.cast(next());
    }

    Optional<Throwable> end() throws Exception {
        return closed.get(PATIENCE, TimeUnit.SECONDS);
    }

    ProtocolViolation violation() throws Exception {
        return violation.get(PATIENCE, TimeUnit.SECONDS);
    }

    void assertEndedInTheOrdinaryWay() throws Exception {
        Optional<Throwable> cause = end();
        assertTrue(cause.isEmpty(), () -> "expected no cause, but found " + cause);
    }
}
