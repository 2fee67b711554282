package io.bailiwick.domain;

import io.bailiwick.domain.waiting.NodePlaces;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.server.Router;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** The sessions of nodes in a router. */
final class NodeSessions implements NodePlaces.Sessions {
    private static final String REPLACED =
            "This session gave no sign of life, and another one with the key of this node has taken its place.";

    private final Router router;

    NodeSessions(Router router) {
        this.router = router;
    }

    @Override
    public CompletionStage<Optional<BooleanSupplier>> probe(String realm, long session) {
        return router.probe(realm, session);
    }

    @Override
    public void replace(String realm, long session) {
        router.end(realm, there -> there.session() == session, Uris.AUTH_CHANGED, REPLACED);
    }
}
