package io.bailiwick.domain.admission;

import io.bailiwick.router.cryptosign.PublicKey;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Which keys of nodes have a session now: one key is in one place. Any thread; returns at once. */
public interface Presence {
    /** Nobody is counted: a key may have as many sessions as it likes. */
    Presence UNCOUNTED = new Presence() {
        @Override
        public boolean isDoubtful(PublicKey key) {
            return false;
        }

        @Override
        public CompletionStage<Boolean> isElsewhere(PublicKey key, String address) {
            return CompletableFuture.completedFuture(false);
        }

        @Override
        public boolean enter(PublicKey key) {
            return true;
        }

        @Override
        public void entered(PublicKey key, String realm, long session, String address) {}
    };

    /** Whether the key was let in before, so that it may still be there: then {@link #isElsewhere} is to be asked. */
    boolean isDoubtful(PublicKey key);

    /**
     * Whether a session of the key is there and gives a sign of life. A session that gives none is ended. Takes some
     * milliseconds where it does, and some seconds where it does not.
     *
     * @param address where the newcomer is
     */
    CompletionStage<Boolean> isElsewhere(PublicKey key, String address);

    /** Keeps the place of a key for who is about to join; false when another one was faster. */
    boolean enter(PublicKey key);

    /** Who kept the place has joined. */
    void entered(PublicKey key, String realm, long session, String address);
}
