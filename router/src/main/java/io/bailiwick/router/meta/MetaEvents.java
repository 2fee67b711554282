package io.bailiwick.router.meta;

import io.bailiwick.router.session.PayloadCodec.Values;
import java.util.function.Supplier;

/** Publishes the events of the meta API, unless they are silenced. */
final class MetaEvents {
    private final MetaHost host;
    private boolean silent;

    MetaEvents(MetaHost host) {
        this.host = host;
    }

    /** An event. What it carries is worked out only when somebody listens. */
    void publish(MetaTopic topic, Supplier<Values> arguments) {
        if (!silent) {
            host.broker()
                    .publishOwn(
                            topic.uri(), () -> host.surroundings().payloads().encode(arguments.get()));
        }
    }

    /** Runs a step of which no event tells. */
    void silently(Runnable step) {
        boolean before = silent;
        silent = true;
        try {
            step.run();
        } finally {
            silent = before;
        }
    }

    boolean areSilent() {
        return silent;
    }
}
