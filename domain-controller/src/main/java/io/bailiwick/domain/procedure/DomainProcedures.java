package io.bailiwick.domain.procedure;

import io.bailiwick.domain.admission.Roles;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.message.Format;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the domain says of itself. Any user may ask. */
public final class DomainProcedures {
    private final Clock clock;
    private final Instant started;
    private final AtomicLong ticks = new AtomicLong();
    private final Supplier<Map<String, Object>> disk;

    /** A domain that starts now, and says nothing of its disk. */
    public DomainProcedures(Clock clock) {
        this(clock, Map::of);
    }

    /**
     * A domain that starts now.
     *
     * @param disk how it stands with the room on its disk: {@code {level, free_percent}}
     */
    public DomainProcedures(Clock clock, Supplier<Map<String, Object>> disk) {
        this.clock = clock;
        this.started = clock.instant();
        this.disk = disk;
    }

    /**
     * How it stands with the domain.
     *
     * @return {@code {type: "domain", realm, now, started, uptime, tick, disk: {level, free_percent}}}; a level is
     *     {@code plenty}, {@code low}, {@code scarce} or {@code full}, and with the last one nothing can be changed. Errors: none of
     *     its own
     */
    @Procedure(
            value = "crossbarfabriccenter.domain.get_status",
            does = "Tells since when the domain runs, and the number of its last tick.")
    @Allowed(Right.EVERYBODY)
    public Map<String, Object> getStatus() {
        Instant now = clock.instant();
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("type", "domain");
        status.put("realm", Roles.DOMAIN_REALM);
        status.put("now", WireForm.time(now));
        status.put("started", WireForm.time(started));
        status.put("uptime", inWords(Duration.between(started, now)));
        status.put("tick", ticks.get());
        Map<String, Object> room = disk.get();
        if (!room.isEmpty()) {
            status.put("disk", room);
        }
        return status;
    }

    /**
     * The versions of what runs here, and the formats it speaks.
     *
     * @return {@code {bailiwick_ver, java_ver, java_vendor, platform, machine, supported_serializers}}. Errors: none of its own
     */
    @Procedure(
            value = "crossbarfabriccenter.domain.get_version",
            does = "Tells which versions of which software the domain runs, and which formats it speaks.")
    @Allowed(Right.EVERYBODY)
    public Map<String, Object> getVersion() {
        Map<String, Object> version = new LinkedHashMap<>();
        version.put("bailiwick_ver", version());
        version.put("java_ver", Runtime.version().toString());
        version.put("java_vendor", System.getProperty("java.vendor", "unknown"));
        version.put("platform", System.getProperty("os.name", "unknown"));
        version.put("machine", System.getProperty("os.arch", "unknown"));
        version.put(
                "supported_serializers",
                Arrays.stream(Format.values()).map(Format::id).toList());
        return version;
    }

    /**
     * Under which licence this software runs, and what that limits: nothing.
     *
     * @return {@code {product, description, terms, features, limits}}; {@code limits} is empty, and so is {@code features}.
     *     Errors: none of its own
     */
    @Procedure(
            value = "crossbarfabriccenter.domain.get_license",
            does = "Tells under which licence the domain runs: one without limits.")
    @Allowed(Right.EVERYBODY)
    public Map<String, Object> getLicense() {
        Map<String, Object> license = new LinkedHashMap<>();
        license.put("product", "bailiwick");
        license.put("description", "A management domain for fleets of edge nodes, whole and without limits.");
        license.put("terms", "Apache License, Version 2.0");
        license.put("features", Map.of());
        license.put("limits", Map.of());
        return license;
    }

    /** Counts one tick: the argument of {@code crossbarfabriccenter.domain.on_tick}, {@code {now, tick}}. */
    public Map<String, @Nullable Object> tick() {
        Map<String, @Nullable Object> tick = new LinkedHashMap<>();
        tick.put("now", WireForm.time(clock.instant()));
        tick.put("tick", ticks.incrementAndGet());
        return tick;
    }

    /** The version of what runs here. */
    public static String version() {
        return Optional.ofNullable(DomainProcedures.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    /** A duration in English, in its largest whole unit. */
    static String inWords(Duration duration) {
        if (duration.toDays() > 0) {
            return count(duration.toDays(), "day");
        } else if (duration.toHours() > 0) {
            return count(duration.toHours(), "hour");
        } else if (duration.toMinutes() > 0) {
            return count(duration.toMinutes(), "minute");
        }
        return count(Math.max(0, duration.toSeconds()), "second");
    }

    private static String count(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s");
    }
}
