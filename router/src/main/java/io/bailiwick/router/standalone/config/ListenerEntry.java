package io.bailiwick.router.standalone.config;

import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.web.BridgeOptions;
import io.bailiwick.router.web.WebhookOptions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A listener of the file.
 *
 * @param options how it behaves; the routes of bridges and webhooks are still missing
 * @param authenticators who decides about those who come in here, method by method; empty for the default
 * @param bridges publishers and callers for HTTP clients
 * @param webhooks what is published for those who post
 */
public record ListenerEntry(
        ListenerOptions options,
        Optional<List<Deciding>> authenticators,
        List<BridgeOptions> bridges,
        List<WebhookOptions> webhooks) {

    /** Copies. */
    public ListenerEntry {
        bridges = List.copyOf(bridges);
        webhooks = List.copyOf(webhooks);
    }

    /**
     * Who decides.
     *
     * @param by {@code static}, {@code cookie}, or the name of a dynamic authenticator
     * @param methods about whom it is asked; empty for all that it knows
     */
    public record Deciding(String by, Set<String> methods) {
        /** Copies. */
        public Deciding {
            methods = Set.copyOf(methods);
        }
    }
}
