package io.bailiwick.router.server;

import io.bailiwick.router.handshake.Authenticator;
import io.bailiwick.router.link.Connector;
import io.bailiwick.router.realm.SessionDetails;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.Network;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** A running router: realms, and the listeners that lead to them. */
public final class Router implements AutoCloseable {
    private Router() {}

    /**
     * Starts a router without realms and listeners.
     *
     * @param network the event loops it runs on; not closed with the router
     * @param authenticator decides who may join
     */
    public static Router start(Network network, Authenticator authenticator) {
        throw new UnsupportedOperationException();
    }

    /** Opens a realm. @throws IllegalStateException when it is open already */
    public void openRealm(String realm, RealmRoles roles) {
        throw new UnsupportedOperationException();
    }

    /** Closes a realm: its sessions get GOODBYE {@code wamp.close.close_realm}. Completes when the last one has left. */
    public CompletableFuture<Void> closeRealm(String realm) {
        throw new UnsupportedOperationException();
    }

    /** Whether the realm is open. */
    public boolean hasRealm(String realm) {
        throw new UnsupportedOperationException();
    }

    /** Listens. */
    public Network.Listening listen(ListenerOptions options) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * A way into this router without a network: who connects by it joins the realm under this authid and role, with
     * nothing to prove. For the components of this process only.
     */
    public Connector local(String realm, String authid, String authrole) {
        throw new UnsupportedOperationException();
    }

    /**
     * Ends sessions of a realm with GOODBYE.
     *
     * @return the ids of the sessions that were ended
     */
    public CompletableFuture<List<Long>> end(
            String realm, Predicate<SessionDetails> which, String reason, String message) {
        throw new UnsupportedOperationException();
    }

    /** The sessions of a realm now; empty for a realm that is not open. */
    public CompletableFuture<List<SessionDetails>> sessions(String realm) {
        throw new UnsupportedOperationException();
    }

    /** Stops accepting, says GOODBYE {@code wamp.close.system_shutdown} to all, waits at most three seconds, closes. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
