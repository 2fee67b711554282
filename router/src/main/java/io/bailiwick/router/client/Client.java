package io.bailiwick.router.client;

import io.bailiwick.router.link.Connector;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Joins realms. */
public final class Client {
    private Client() {}

    /**
     * Opens a link and joins.
     *
     * @param connector how to reach the router
     * @param identity who wants to join
     * @param callbacks runs procedures, event consumers and completions; each session's events one at a time and in order
     * @return the joined session; ends exceptionally with {@link JoinRefusedException} when the router refuses, or with
     *     an {@link java.io.IOException} when it cannot be reached or does not answer within ten seconds
     */
    public static CompletableFuture<ClientSession> join(Connector connector, Identity identity, Executor callbacks) {
        throw new UnsupportedOperationException();
    }
}
