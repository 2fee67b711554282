package io.bailiwick.router.client.jawampa;

import io.bailiwick.router.link.Connector;
import io.bailiwick.router.link.Link;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import ws.wamp.jawampa.WampSerialization;
import ws.wamp.jawampa.connection.IPendingWampConnection;
import ws.wamp.jawampa.connection.IPendingWampConnectionListener;
import ws.wamp.jawampa.connection.IWampClientConnectionConfig;
import ws.wamp.jawampa.connection.IWampConnectionListener;
import ws.wamp.jawampa.connection.IWampConnector;
import ws.wamp.jawampa.connection.IWampConnectorProvider;

/** Opens a link for jawampa, on the shared loop. */
final class LinkConnector implements IWampConnectorProvider, IWampConnector {
    private final Loop loop;
    private final Connector connector;
    private final Function<IWampConnectionListener, LinkConnection> connections;

    LinkConnector(Loop loop, Connector connector, Function<IWampConnectionListener, LinkConnection> connections) {
        this.loop = loop;
        this.connector = connector;
        this.connections = connections;
    }

    @Override
    public ScheduledExecutorService createScheduler() {
        return loop;
    }

    @Override
    public IWampConnector createConnector(
            URI uri, @Nullable IWampClientConnectionConfig configuration, List<WampSerialization> serializations) {
        return this;
    }

    @Override
    public IPendingWampConnection connect(
            ScheduledExecutorService scheduler,
            IPendingWampConnectionListener pending,
            IWampConnectionListener jawampa) {
        LinkConnection connection = connections.apply(jawampa);
        Attempt attempt = new Attempt(connection, pending);
        connector.connect(connection).whenComplete((link, failure) -> loop.execute(() -> attempt.done(link, failure)));
        return attempt;
    }

    /** One attempt to open a link; on the loop. */
    private static final class Attempt implements IPendingWampConnection {
        private final LinkConnection connection;
        private final IPendingWampConnectionListener pending;
        private boolean over;

        Attempt(LinkConnection connection, IPendingWampConnectionListener pending) {
            this.connection = connection;
            this.pending = pending;
        }

        void done(@Nullable Link link, @Nullable Throwable failure) {
            if (over) {
                // Nobody waits for it any more.
                if (link != null) {
                    link.close();
                }
                return;
            }
            over = true;
            if (link == null) {
                pending.connectFailed(causeOf(failure));
            } else {
                opened(link);
            }
        }

        private void opened(Link link) {
            try {
                if (connection.opened(link)) {
                    pending.connectSucceeded(connection);
                } else {
                    pending.connectFailed(new java.io.IOException("the link was closed as soon as it was open"));
                }
            } catch (IllegalArgumentException unfit) {
                link.close();
                pending.connectFailed(new java.io.IOException(unfit.getMessage(), unfit));
            }
        }

        private static Throwable causeOf(@Nullable Throwable failure) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            return cause == null ? new java.io.IOException("no link came, and no reason why") : cause;
        }

        @Override
        public void cancelConnect() {
            if (!over) {
                over = true;
                pending.connectFailed(new java.io.IOException("given up"));
            }
        }
    }
}
