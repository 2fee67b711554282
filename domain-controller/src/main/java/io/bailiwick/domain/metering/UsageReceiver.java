package io.bailiwick.domain.metering;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Who takes batches of usage. */
interface UsageReceiver {
    /**
     * Hands over a batch.
     *
     * @return completes when the receiver has it; else with {@link NotTaken}, or with what went wrong on the way
     */
    CompletableFuture<Void> take(byte[] body, Map<String, String> headers);

    /** The receiver has answered, and has not taken it. */
    final class NotTaken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Optional<Duration> wait;

        NotTaken(String message, Optional<Duration> wait) {
            super(message, null, false, false);
            this.wait = wait;
        }

        /** How long it asks to be left alone. */
        Optional<Duration> pause() {
            return wait;
        }
    }
}
