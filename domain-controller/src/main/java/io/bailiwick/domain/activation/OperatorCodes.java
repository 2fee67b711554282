package io.bailiwick.domain.activation;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Where no mail is sent: codes wait here for the operator, who hands them over in a way of his own. In memory only, so that
 * no code is ever in a file; who asked before a restart asks again. Any thread.
 */
public final class OperatorCodes implements CodeDelivery {
    private record For(String email, String pubkey) {}

    private final InstantSource clock;
    // Guarded by this; the oldest first.
    private final Map<For, Letter> waiting = new LinkedHashMap<>();

    /** No codes. */
    public OperatorCodes(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized CompletionStage<Void> deliver(Letter letter) {
        forgetExpired();
        waiting.put(new For(letter.email(), letter.pubkey()), letter);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public String told(String email) {
        return "An authentication code was made for " + email + ". Ask the operator of this domain for it.";
    }

    @Override
    public synchronized void over(String email, String pubkey) {
        waiting.remove(new For(email, pubkey));
    }

    /** The codes that are still good, the oldest first. */
    public synchronized List<Letter> waiting() {
        forgetExpired();
        return List.copyOf(waiting.values());
    }

    private void forgetExpired() {
        Instant now = clock.instant();
        waiting.values().removeIf(letter -> !now.isBefore(letter.expires()));
    }
}
