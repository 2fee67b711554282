package io.bailiwick.domain;

import io.bailiwick.domain.config.Upkeep;
import io.bailiwick.domain.procedure.DomainProcedures;
import io.bailiwick.domain.schema.User;
import io.bailiwick.router.client.Topic;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.space.Level;
import io.bailiwick.router.space.SpaceWatch;
import io.bailiwick.router.space.SpaceWatch.Space;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a domain does again and again: it ticks, looks at the room on its disk, and removes what is over. Everything begins on
 * the timer's thread and waits for nothing.
 */
final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    @Topic(carries = "[{now, tick}]", when = "the domain starts, and every five minutes unless told otherwise")
    private static final String ON_TICK = "crossbarfabriccenter.domain.on_tick";

    @Topic(
            carries = "[{level, free_percent, free, total}]",
            when = "the room on the disk passes a limit, for the superuser")
    private static final String ON_DISK_SPACE = "io.bailiwick.domain.on_disk_space";

    private static final Duration CLEANING = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final ScheduledExecutorService timer;
    private final HeldSession session;
    private final DomainProcedures about;
    private final SpaceWatch space;
    private final Runnable clean;
    private Level told = Level.PLENTY;
    private @Nullable ScheduledFuture<?> ticking;
    private @Nullable ScheduledFuture<?> looking;
    private @Nullable ScheduledFuture<?> cleaning;

    /**
     * Housekeeping that has not begun.
     *
     * @param session of the domain on its realm
     * @param clean removes what is over; returns at once
     */
    Housekeeping(
            ScheduledExecutorService timer,
            HeldSession session,
            DomainProcedures about,
            SpaceWatch space,
            Runnable clean) {
        this.timer = timer;
        this.session = session;
        this.about = about;
        this.space = space;
        this.clean = clean;
    }

    /** Begins; the first tick is at once. */
    synchronized void begin(Upkeep upkeep) {
        tick(upkeep.tick(), Duration.ZERO);
        looking = timer.scheduleWithFixedDelay(this::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
        cleaning = timer.scheduleAtFixedRate(clean, 0, CLEANING.toSeconds(), TimeUnit.SECONDS);
    }

    /** Goes on by other times and limits. */
    synchronized void change(Upkeep before, Upkeep now) {
        if (!before.tick().equals(now.tick())) {
            cancel(ticking);
            tick(now.tick(), now.tick());
        }
        space.change(now.disk());
    }

    private void tick(Duration period, Duration first) {
        ticking = timer.scheduleAtFixedRate(
                () -> session.publish(ON_TICK, Dict.EMPTY, about.tick()),
                first.toMillis(),
                period.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Tells once when it gets worse, and once when it gets better. */
    private void look() {
        Space now = space.now();
        if (now.level() == told) {
            return;
        }
        boolean better = now.level().compareTo(told) < 0;
        told = now.level();
        if (better) {
            LOG.info("The disk has {} % free now, {} MiB: {}", now.percent(), now.free() >> 20, word(told));
        } else if (told == Level.LOW) {
            LOG.warn("The disk has only {} % free, {} MiB", now.percent(), now.free() >> 20);
        } else {
            LOG.error(
                    "The disk has only {} % free, {} MiB{}",
                    now.percent(),
                    now.free() >> 20,
                    told == Level.FULL ? ": changes are refused until there is more" : "");
        }
        session.publish(ON_DISK_SPACE, Dict.of("eligible_authid", List.of(User.SUPERUSER)), event(now));
    }

    private static Map<String, Object> event(Space space) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("level", word(space.level()));
        event.put("free_percent", space.percent());
        event.put("free", space.free());
        event.put("total", space.total());
        return event;
    }

    /** What everybody may know: {@code {level, free_percent}}. */
    static Map<String, Object> status(SpaceWatch watch) {
        Space now = watch.now();
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("level", word(now.level()));
        status.put("free_percent", now.percent());
        return status;
    }

    private static String word(Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }

    private static void cancel(@Nullable ScheduledFuture<?> task) {
        if (task != null) {
            task.cancel(false);
        }
    }

    @Override
    public synchronized void close() {
        cancel(ticking);
        cancel(looking);
        cancel(cleaning);
    }
}
