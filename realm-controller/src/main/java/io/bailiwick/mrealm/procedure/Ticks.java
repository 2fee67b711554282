package io.bailiwick.mrealm.procedure;

import io.bailiwick.router.client.Topic;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/** The age of this controller, counted in time and ticks. For the controller's thread. */
public final class Ticks {
    /** The topic of the ticks of a realm controller. */
    @Topic(carries = "[{now, tick}]", when = "the realm controller runs, every five seconds")
    public static final String ON_TICK = "crossbarfabriccenter.mrealm.on_tick";

    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final String realm;
    private final Instant started = Instant.now();
    private final long startedMonotonic = System.nanoTime();
    private long tick;

    /** Starts counting. */
    public Ticks(String realm) {
        this.realm = realm;
    }

    /**
     * One more tick.
     *
     * @return what {@code on_tick} carries: {@code now} and {@code tick}
     */
    public Map<String, Object> next() {
        tick++;
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("now", ISO.format(Instant.now()));
        event.put("tick", tick);
        return event;
    }

    RealmProcedures.Status status() {
        Duration uptime = Duration.ofNanos(System.nanoTime() - startedMonotonic);
        return new RealmProcedures.Status(
                "management",
                realm,
                ISO.format(Instant.now()),
                ISO.format(started),
                words(uptime),
                uptime.toSeconds(),
                tick,
                null);
    }

    /** A duration as people say it, in its largest unit: {@code 2 minutes}. */
    static String words(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return plural(seconds, "second");
        } else if (seconds < 3_600) {
            return plural(seconds / 60, "minute");
        } else if (seconds < 86_400) {
            return plural(seconds / 3_600, "hour");
        }
        return plural(seconds / 86_400, "day");
    }

    private static String plural(long count, String unit) {
        return count + " " + unit + (count == 1 ? "" : "s");
    }
}
