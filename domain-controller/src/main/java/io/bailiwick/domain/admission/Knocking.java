package io.bailiwick.domain.admission;

import io.bailiwick.router.cryptosign.PublicKey;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What becomes of a node that has proven a key which is paired to no realm. Any thread; returns at once. */
public interface Knocking {
    /** Nobody waits: who is not paired is told so. */
    Knocking NONE = new Knocking() {
        @Override
        public boolean isOpen() {
            return false;
        }

        @Override
        public CompletionStage<Answer> knock(Knock knock) {
            return CompletableFuture.completedFuture(Answer.WAIT);
        }
    };

    /** What a node hears that knocks. */
    enum Answer {
        /** It is to wait, and to knock again; also said to who will wait for ever. */
        WAIT,
        /** It was paired by its code, just now. */
        PAIRED,
        /** Its code is not good: it never was, has ended, was used up, or was tried too often. */
        BAD_CODE,
        /** Its code is good, but the name that it would have by it is taken or is not one that the code allows. */
        BAD_NAME
    }

    /**
     * A node that knocks.
     *
     * @param key the key that it has proven
     * @param joinCode the code that it brings, or null
     * @param name the name that it would like to have, or null
     * @param address where it comes from
     * @param network what counts as one where attempts are counted
     * @param version what it says it is, or null
     */
    record Knock(
            PublicKey key,
            @Nullable String joinCode,
            @Nullable String name,
            String address,
            String network,
            @Nullable String version) {
        /** Everything but the code. */
        @Override
        public String toString() {
            return "Knock[" + key.hex() + " from " + address + "]";
        }
    }

    /** Whether nodes may wait at all. */
    default boolean isOpen() {
        return true;
    }

    /** A node knocks. To be told only when the key was proven. */
    CompletionStage<Answer> knock(Knock knock);
}
