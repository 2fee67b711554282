package io.bailiwick.router.link;

import java.util.concurrent.CompletionStage;

/** Opens links: over a network, or to a router in this process. */
@FunctionalInterface
public interface Connector {

    /**
     * Opens a link.
     *
     * @param listener takes what arrives
     * @return the open link; ends exceptionally with an {@link java.io.IOException} that names the address and the reason
     */
    CompletionStage<Link> connect(Link.Listener listener);
}
