package io.bailiwick.router.server;

import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.link.QueueBudget;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.web.Metrics;
import java.util.function.BooleanSupplier;

/** A link whose messages to the peer are counted. */
final class CountedLink implements Link {
    private final Link link;
    private final Metrics metrics;

    CountedLink(Link link, Metrics metrics) {
        this.link = link;
        this.metrics = metrics;
    }

    @Override
    public boolean send(Message message) {
        boolean keepsUp = link.send(message);
        metrics.sent(message.code());
        return keepsUp;
    }

    @Override
    public boolean keepsUp() {
        return link.keepsUp();
    }

    @Override
    public void limit(int messageBytes) {
        link.limit(messageBytes);
    }

    @Override
    public void bound(int queueBytes, QueueBudget together) {
        link.bound(queueBytes, together);
    }

    @Override
    public void renew() {
        link.renew();
    }

    @Override
    public void close() {
        link.close();
    }

    @Override
    public void reading(boolean wanted) {
        link.reading(wanted);
    }

    @Override
    public BooleanSupplier probe() {
        return link.probe();
    }

    @Override
    public Peer peer() {
        return link.peer();
    }
}
