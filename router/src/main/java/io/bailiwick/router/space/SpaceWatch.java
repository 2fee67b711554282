package io.bailiwick.router.space;

import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The room on one disk as it was a quarter of a second ago at most: asked before every write of a store, and looked at now and
 * then by who warns. It gets worse at once and better only with a tenth of the limit to spare, so that it does not go to and
 * fro. A disk that cannot be asked is taken for what it was.
 */
public final class SpaceWatch {
    private static final Logger LOG = LoggerFactory.getLogger(SpaceWatch.class);
    private static final Duration FRESH = Duration.ofMillis(250);

    private final Disk disk;
    private final LongSupplier nanos;
    private volatile SpaceLimits limits;
    private volatile Space known = new Space(Level.PLENTY, 0, 0);
    private volatile boolean looked;
    private volatile long lookedAt;

    /**
     * The room at one time.
     *
     * @param level what it means
     * @param total bytes in all; 0 when that is not known
     * @param free bytes that may still be written
     */
    public record Space(Level level, long total, long free) {
        /** The free percent, 100 when the total is not known. */
        public int percent() {
            return total == 0 ? 100 : (int) (100.0 * free / total);
        }
    }

    /**
     * A watch that has not looked yet.
     *
     * @param nanos a clock that only goes forward, as {@link System#nanoTime}
     */
    public SpaceWatch(Disk disk, SpaceLimits limits, LongSupplier nanos) {
        this.disk = disk;
        this.limits = limits;
        this.nanos = nanos;
    }

    /** Puts other limits in the place of those there are. */
    public void change(SpaceLimits others) {
        limits = others;
        looked = false;
    }

    /** How it stands. */
    public Space now() {
        if (!looked || nanos.getAsLong() - lookedAt >= FRESH.toNanos()) {
            look();
        }
        return known;
    }

    /** Whether there is room for a write. */
    public boolean hasRoom() {
        return now().level() != Level.FULL;
    }

    private synchronized void look() {
        try {
            Disk.Room room = disk.look();
            known = new Space(level(room), room.total(), room.free());
        } catch (IOException e) {
            LOG.debug("The room on the disk is not known", e);
        }
        lookedAt = nanos.getAsLong();
        looked = true;
    }

    private Level level(Disk.Room room) {
        SpaceLimits held = limits;
        Level now = held.level(room.total(), room.free());
        Level before = known.level();
        if (now.compareTo(before) >= 0) {
            return now;
        }
        Level eased = held.level(room.total(), room.free() - room.free() / 11);
        return eased.compareTo(before) < 0 ? eased : before;
    }
}
