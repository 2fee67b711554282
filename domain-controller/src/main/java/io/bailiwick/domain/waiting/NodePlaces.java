package io.bailiwick.domain.waiting;

import io.bailiwick.domain.admission.Presence;
import io.bailiwick.router.cryptosign.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One key is in one place. A newcomer with a key that has a session already is let in only when that session is gone or gives
 * no sign of life within two seconds, and then the silent session is ended: a node that crashed, or whose network broke, comes
 * back at once, and a copy of its disk does not come in beside it. Of two that come at the same moment, one does.
 *
 * <p>The keys of the nodes that were let in since the start are kept, whether they are still there or not: that is asked of
 * the router only when somebody comes with the same key. Any thread.
 */
public final class NodePlaces implements Presence {
    private static final Logger LOG = LoggerFactory.getLogger(NodePlaces.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long LOOK_MILLIS = 20;
    private static final int MOST_DUPLICATES = 1_000;
    /** A duplicate that has not been seen for so long is over. */
    private static final Duration SHOWN = Duration.ofHours(1);
    /** From telling of a duplicate to telling of it again. */
    private static final Duration QUIET = Duration.ofMinutes(1);
    /** Who is about to join: the place has no session yet. */
    private static final Place KEPT = new Place("", 0, "");

    /** The sessions of the router. */
    public interface Sessions {
        /** Asks a session for a sign of life, which the supplier tells once it has come; empty for a session that is gone. */
        CompletionStage<Optional<BooleanSupplier>> probe(String realm, long session);

        /** Ends a session in whose place another one comes. */
        void replace(String realm, long session);
    }

    private record Place(String realm, long session, String address) {}

    /**
     * A key in two places.
     *
     * @param address where its session is
     * @param otherAddress where somebody else with the key came from last
     * @param first when that was seen first
     * @param last when that was seen last
     * @param attempts how often
     * @param told when it was told last
     */
    record Duplicate(String address, String otherAddress, Instant first, Instant last, long attempts, Instant told) {}

    private final InstantSource clock;
    private final Map<PublicKey, Place> places = new ConcurrentHashMap<>();
    // Guarded by itself.
    private final Map<String, Duplicate> duplicates = new LinkedHashMap<>();
    private volatile BiConsumer<String, Duplicate> listener = (key, duplicate) -> {};
    private volatile @Nullable Means means;

    /** What it takes to ask. */
    private record Means(Sessions sessions, ScheduledExecutorService timer) {}

    /** Nobody is anywhere. */
    public NodePlaces(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Asks these sessions from now on; before, nobody can be anywhere.
     *
     * @param timer one thread
     */
    public void open(Sessions sessions, ScheduledExecutorService timer) {
        means = new Means(sessions, timer);
    }

    /** Who is told of each key that is in two places, at most once a minute each; must not block. */
    void onDuplicate(BiConsumer<String, Duplicate> told) {
        listener = told;
    }

    @Override
    public boolean isDoubtful(PublicKey key) {
        return places.containsKey(key);
    }

    @Override
    public CompletionStage<Boolean> isElsewhere(PublicKey key, String address) {
        Place place = places.get(key);
        Means asking = means;
        if (place == null || asking == null) {
            return CompletableFuture.completedFuture(false);
        }
        if (place.session() == KEPT.session()) {
            return CompletableFuture.completedFuture(true);
        }
        return asking.sessions()
                .probe(place.realm(), place.session())
                .thenCompose(asked -> asked.map(heard -> sign(asking.timer(), heard))
                        .orElseGet(() -> CompletableFuture.completedFuture(Sign.GONE)))
                .thenApply(sign -> {
                    if (sign == Sign.HEARD) {
                        seenTwice(key.hex(), place.address(), address);
                        return true;
                    }
                    if (places.remove(key, place) && sign == Sign.SILENT) {
                        LOG.info(
                                "session {} of a node gives no sign of life; one from {} takes its place",
                                place.session(),
                                address);
                        asking.sessions().replace(place.realm(), place.session());
                    }
                    return false;
                });
    }

    /** What is heard of a session. */
    private enum Sign {
        HEARD,
        SILENT,
        GONE
    }

    /** Whether the sign comes in time. */
    private static CompletableFuture<Sign> sign(ScheduledExecutorService timer, BooleanSupplier heard) {
        CompletableFuture<Sign> outcome = new CompletableFuture<>();
        look(timer, heard, System.nanoTime() + PATIENCE.toNanos(), outcome);
        return outcome;
    }

    private static void look(
            ScheduledExecutorService timer, BooleanSupplier heard, long until, CompletableFuture<Sign> outcome) {
        if (heard.getAsBoolean()) {
            outcome.complete(Sign.HEARD);
        } else if (System.nanoTime() - until >= 0) {
            outcome.complete(Sign.SILENT);
        } else {
            timer.schedule(() -> look(timer, heard, until, outcome), LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void seenTwice(String key, String address, String other) {
        Instant now = clock.instant();
        boolean due;
        Duplicate seen;
        synchronized (duplicates) {
            Duplicate before = duplicates.remove(key);
            if (before == null || isOver(before)) {
                before = new Duplicate(address, other, now, now, 0, Instant.MIN);
            }
            due = before.told().equals(Instant.MIN)
                    || !now.isBefore(before.told().plus(QUIET));
            seen = new Duplicate(address, other, before.first(), now, before.attempts() + 1, due ? now : before.told());
            duplicates.put(key, seen);
            if (duplicates.size() > MOST_DUPLICATES) {
                duplicates.remove(duplicates.keySet().iterator().next());
            }
        }
        if (due) {
            LOG.warn("the key {} is in two places: its session is at {}, and {} wants in", key, address, other);
            listener.accept(key, seen);
        }
    }

    private boolean isOver(Duplicate duplicate) {
        return !clock.instant().isBefore(duplicate.last().plus(SHOWN));
    }

    /** What was seen of a key in two places, within the last hour. */
    Optional<Duplicate> duplicate(String key) {
        synchronized (duplicates) {
            return Optional.ofNullable(duplicates.get(key)).filter(seen -> !isOver(seen));
        }
    }

    /** All that was seen within the last hour, by key. */
    Map<String, Duplicate> duplicates() {
        synchronized (duplicates) {
            duplicates.values().removeIf(this::isOver);
            return new LinkedHashMap<>(duplicates);
        }
    }

    @Override
    public boolean enter(PublicKey key) {
        return places.putIfAbsent(key, KEPT) == null;
    }

    @Override
    public void entered(PublicKey key, String realm, long session, String address) {
        places.put(key, new Place(realm, session, address));
    }
}
