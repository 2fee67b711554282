package io.bailiwick.router.rlink;

import io.bailiwick.router.handshake.Joiner;
import io.bailiwick.router.handshake.Login;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.session.PayloadCodec;
import io.bailiwick.router.session.SessionDetails;
import io.bailiwick.router.session.Timer;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link between a realm of this router and one of another router: a session in each. It subscribes to and registers in one
 * what is subscribed to and registered in the other, and forwards events and calls; an event that is forwarded is not
 * acknowledged. The order of the events of a publisher is kept. When either session ends, both do: mirrored registrations
 * vanish, and calls over them end with an error at once. Then it joins again, and mirrors anew what is there.
 *
 * <p>Safe on any thread.
 */
public final class RouterLink implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RouterLink.class);
    private static final long JOIN_MILLIS = 10_000;
    private static final long RETRY_MILLIS = 2_000;

    private final RouterLinkOptions options;
    private final Connector local;
    private final Connector remote;
    private final Means means;
    private volatile boolean up;
    private volatile boolean stopped;

    // On the executor.
    private @Nullable Attempt attempt;
    private int failures;

    /**
     * What a link is given from outside.
     *
     * @param executor runs all of it: one task at a time, in order
     * @param proofs runs what is long to compute: the answers to challenges. One that refuses a task breaks the link, which
     *     tries again
     * @param timer runs a step later, on the executor
     * @param payloads reads and writes what the meta API is asked
     * @param random from 0 to 1, for the backoff
     * @param agent name and version, for HELLO
     */
    public record Means(
            Executor executor,
            Executor proofs,
            Timer timer,
            PayloadCodec payloads,
            DoubleSupplier random,
            String agent) {}

    /**
     * A link that has not begun. The links that the connectors open call their listeners on the executor, with messages that
     * last.
     *
     * @param local leads into the local realm, as role {@code rlink}
     * @param remote leads to the other router
     */
    public RouterLink(RouterLinkOptions options, Connector local, Connector remote, Means means) {
        this.options = options;
        this.local = local;
        this.remote = remote;
        this.means = means;
    }

    /** Joins, and from now on joins again whenever the link breaks. */
    public void start() {
        means.executor().execute(this::join);
    }

    /** Whether both sessions are there; what is to be mirrored may still be on its way. */
    public boolean isUp() {
        return up;
    }

    /** Whether it was closed for good. */
    public boolean isClosed() {
        return stopped;
    }

    /** The realm of this router that is linked. */
    public String realm() {
        return options.localRealm();
    }

    /** The name of the link. */
    public String name() {
        return options.name();
    }

    /** Leaves both realms for good. Returns at once. */
    @Override
    public void close() {
        stopped = true;
        means.executor().execute(() -> {
            up = false;
            Attempt now = attempt;
            attempt = null;
            if (now != null) {
                now.end();
            }
        });
    }

    private void join() {
        if (!stopped && attempt == null) {
            Attempt begun = new Attempt();
            attempt = begun;
            begun.begin();
        }
    }

    private void broken(Attempt which, String why) {
        if (attempt == which) {
            attempt = null;
            up = false;
            which.end();
            long wait = options.backoff().wait(failures, means.random().getAsDouble());
            failures++;
            log.warn("link {} is down ({}), next attempt in {} ms", options.name(), why, wait);
            means.timer().after(wait, this::join);
        }
    }

    /** One pair of sessions. */
    private final class Attempt implements End.Owner {
        private final End near =
                end("local", introduction(options.localRealm(), Optional.empty(), new Login.Anonymous()));
        private final End far =
                end("remote", introduction(options.remoteRealm(), options.remoteAuthid(), options.login()));
        private int known;

        private End end(String side, Joiner.Introduction introduction) {
            String name = "link " + options.name() + ", " + side;
            return new End(name, means, introduction, this);
        }

        private Joiner.Introduction introduction(String realm, Optional<String> authid, Login login) {
            return new Joiner.Introduction(
                    realm,
                    authid.orElse(null),
                    SessionDetails.ROUTER_LINK,
                    login,
                    Dict.EMPTY,
                    means.agent(),
                    Roles.all());
        }

        void begin() {
            far.connect(remote);
            means.timer().after(JOIN_MILLIS, () -> {
                if (known < 2) {
                    broken(this, "expected both sessions within " + JOIN_MILLIS + " ms");
                }
            });
        }

        void end() {
            near.close();
            far.close();
        }

        @Override
        public void joined(End end) {
            if (end == far) {
                near.connect(local);
                return;
            }
            Place here = new Place(near);
            Place there = new Place(far);
            here.explore(() -> explored(here, there));
            there.explore(() -> explored(here, there));
        }

        private void explored(Place here, Place there) {
            known++;
            if (known < 2) {
                return;
            }
            Crossing out = new Crossing(options, options.out(), near, far, new Trail(options, here, there));
            Crossing in = new Crossing(options, options.in(), far, near, new Trail(options, there, here));
            out.open(there);
            in.open(here);
            failures = 0;
            up = true;
            log.info("link {} is up", options.name());
            again(out, in);
        }

        private void again(Crossing out, Crossing in) {
            means.timer().after(RETRY_MILLIS, () -> {
                if (attempt == this) {
                    out.retry();
                    in.retry();
                    again(out, in);
                }
            });
        }

        @Override
        public void lost(End end, String why) {
            broken(this, why);
        }
    }
}
