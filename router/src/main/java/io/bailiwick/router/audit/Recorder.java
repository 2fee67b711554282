package io.bailiwick.router.audit;

import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.WriteTransaction;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the log of a store: what is done, in the transaction that does it; what was refused or has only happened, right after,
 * as much of it as one may cause ({@link Sparing}). Any thread.
 */
public final class Recorder {
    private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);

    private final Store<?> store;
    private final AuditLog log;
    private final BiFunction<ReadTransaction, Actor, Actor> completed;
    /** Apart, so that who is refused on purpose hides nobody's login. */
    private final Sparing refusals = new Sparing(System::nanoTime);

    private final Sparing happenings = Sparing.ofCrowds(System::nanoTime);

    /** What is told of a deed of which only so many are written. */
    @FunctionalInterface
    public interface Telling {
        /** Tells it, and how many before it were not written. */
        void tell(ReadTransaction tx, Deed deed, long others);
    }

    /**
     * For the log of a store.
     *
     * @param completed adds to an actor what the store knows of it
     */
    public Recorder(Store<?> store, AuditLog log, BiFunction<ReadTransaction, Actor, Actor> completed) {
        this.store = store;
        this.log = log;
        this.completed = completed;
    }

    /** The log. */
    public AuditLog log() {
        return log;
    }

    /** Something that is to be done by somebody: what it is done to is told while it is done. */
    public Deed begun(ReadTransaction tx, Actor actor, String action) {
        return new Deed(completed.apply(tx, actor), action);
    }

    /**
     * Records what was done, as part of the transaction that did it.
     *
     * @throws IllegalStateException when it has changed something and not told what; then nothing is changed
     */
    public void record(WriteTransaction tx, Deed deed) {
        List<Deed> told = deed.told();
        if (told.isEmpty() && tx.hasWritten()) {
            throw new IllegalStateException(
                    "expected a change to be told for the audit log, but found one that was not");
        }
        told.forEach(each -> log.append(tx, each));
    }

    /**
     * Records that something was not done: as much of it as one may cause.
     *
     * @param named the oids that were named with it
     * @return completes when it is on disk, or could not be written
     */
    public CompletableFuture<@Nullable Void> refused(Actor actor, String action, String error, List<UUID> named) {
        return spared(refusals, actor, action, (tx, deed, others) -> deed.refused(error, named, others));
    }

    /**
     * Records what has happened: as much of it as one may cause.
     *
     * @return completes when it is on disk, or could not be written
     */
    public CompletableFuture<@Nullable Void> note(Actor actor, String action, Telling telling) {
        return spared(happenings, actor, action, telling);
    }

    private CompletableFuture<@Nullable Void> spared(Sparing sparing, Actor actor, String action, Telling telling) {
        OptionalLong others = sparing.admit(actor.authid());
        if (others.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        try {
            return store.writeAsync(tx -> {
                        Deed deed = begun(tx, actor, action);
                        telling.tell(tx, deed, others.getAsLong());
                        return log.append(tx, deed);
                    })
                    .handle((head, failure) -> {
                        if (failure != null) {
                            lost(actor, action, failure);
                        }
                        return null;
                    });
        } catch (RuntimeException busy) {
            // Too many writes wait, or the store is closed.
            lost(actor, action, busy);
            return CompletableFuture.completedFuture(null);
        }
    }

    private static void lost(Actor actor, String action, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        LOG.warn("{} by {} could not be recorded: {}", action, actor.authid(), String.valueOf(cause));
    }
}
