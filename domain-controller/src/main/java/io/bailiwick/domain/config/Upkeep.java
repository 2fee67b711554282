package io.bailiwick.domain.config;

import io.bailiwick.domain.metering.Metering;
import io.bailiwick.domain.metering.MeteringOptions;
import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Section;
import io.bailiwick.router.config.YamlNode;
import io.bailiwick.router.space.SpaceLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a master sees to while it runs, and how it begins and ends.
 *
 * <pre>
 * default_realm: true               # whether the first start makes the management realm default
 * tick: 300                         # seconds from one on_tick to the next
 * drain: 10                         # seconds that calls have to end when the master is stopped
 * disk:                             # free room of the file system of the data directory
 *   low_percent: 10                 # a warning
 *   scarce_percent: 5               # a louder one
 *   floor_bytes: 67108864           # below this nothing is written any more; 0 for never
 * backups:
 *   directory: backups              # default: backups in the data directory
 *   keep: 10                        # of the domain, and of each realm
 * metering:                         # more in io.bailiwick.domain.metering.MeteringOptions
 *   interval: 300                   # seconds
 * audit:                            # the log of what is done to the domain
 *   keep_days: 0                    # records that are older go; 0 for never
 *   keep_records: 0                 # when there are more, the oldest go; 0 for never
 * heartbeats:                       # more in {@link HeartbeatOptions}
 *   lease: 30                       # seconds
 * </pre>
 *
 * @param defaultRealm whether the first start makes the management realm {@code default}
 * @param tick from one {@code on_tick} to the next
 * @param drain how long calls may take to end when the master is stopped
 * @param disk when the room on the disk is short
 * @param backups where backups go
 * @param metering how usage is metered, and where it is submitted to
 * @param audit how long the log of what is done is kept
 * @param heartbeats what realm controllers do with heartbeats
 */
public record Upkeep(
        boolean defaultRealm,
        Duration tick,
        Duration drain,
        SpaceLimits disk,
        BackupOptions backups,
        MeteringOptions metering,
        AuditOptions audit,
        HeartbeatOptions heartbeats) {
    /** What holds when a file says nothing. */
    public static final Upkeep DEFAULT = new Upkeep(
            true,
            Duration.ofMinutes(5),
            Duration.ofSeconds(10),
            SpaceLimits.DEFAULT,
            BackupOptions.DEFAULT,
            MeteringOptions.DEFAULT,
            AuditOptions.DEFAULT,
            HeartbeatOptions.DEFAULT);

    /** The names that are read here. */
    public static final List<String> NAMES =
            List.of("default_realm", "tick", "drain", "disk", "backups", "metering", "audit", "heartbeats");

    /** Reads it from the top of a file. */
    public static Upkeep read(Section section) throws InvalidOptionsException {
        return new Upkeep(
                section.flag("default_realm", DEFAULT.defaultRealm),
                section.value("tick", node -> seconds(node, 1), DEFAULT.tick),
                section.value("drain", node -> seconds(node, 0), DEFAULT.drain),
                section.section("disk", Upkeep::disk).orElse(DEFAULT.disk),
                section.section("backups", BackupOptions::read).orElse(DEFAULT.backups),
                section.section("metering", MeteringOptions::read).orElse(DEFAULT.metering),
                section.section("audit", AuditOptions::read).orElse(DEFAULT.audit),
                section.section("heartbeats", HeartbeatOptions::read).orElse(DEFAULT.heartbeats));
    }

    private static Duration seconds(YamlNode node, int least) throws InvalidOptionsException {
        return Duration.ofSeconds(node.number(least, 86_400));
    }

    private static SpaceLimits disk(Section section) throws InvalidOptionsException {
        section.only("low_percent", "scarce_percent", "floor_bytes");
        SpaceLimits standard = DEFAULT.disk;
        return new SpaceLimits(
                section.value("low_percent", node -> node.number(0, 100), standard.lowPercent()),
                section.value("scarce_percent", node -> node.number(0, 100), standard.scarcePercent()),
                section.value("floor_bytes", node -> node.count(0, 1L << 50), standard.floor()));
    }

    /**
     * Adds it to what a file would say.
     *
     * @param data the data directory
     */
    public void show(Map<String, Object> shown, Path data) {
        shown.put("default_realm", defaultRealm);
        shown.put("tick", tick.toSeconds());
        shown.put("drain", drain.toSeconds());
        Map<String, Object> room = new LinkedHashMap<>();
        room.put("low_percent", disk.lowPercent());
        room.put("scarce_percent", disk.scarcePercent());
        room.put("floor_bytes", disk.floor());
        shown.put("disk", room);
        shown.put("backups", backups.shown(data));
        shown.put("metering", metering.shown());
        shown.put("audit", audit.shown());
        shown.put("heartbeats", heartbeats.shown());
    }

    /** What a realm's controller is told when it is started. */
    public Map<String, Object> controllerSettings() {
        Map<String, Object> settings = new LinkedHashMap<>(Metering.settings(metering));
        settings.putAll(heartbeats.settings());
        return settings;
    }

    /** This with other heartbeats. */
    public Upkeep with(HeartbeatOptions other) {
        return new Upkeep(defaultRealm, tick, drain, disk, backups, metering, audit, other);
    }

    /** This with another limit on the room of the disk. */
    public Upkeep with(SpaceLimits limits) {
        return new Upkeep(defaultRealm, tick, drain, limits, backups, metering, audit, heartbeats);
    }

    /** This with backups elsewhere. */
    public Upkeep with(BackupOptions elsewhere) {
        return new Upkeep(defaultRealm, tick, drain, disk, elsewhere, metering, audit, heartbeats);
    }

    /** This with another choice of what the first start makes. */
    public Upkeep withDefaultRealm(boolean made) {
        return new Upkeep(made, tick, drain, disk, backups, metering, audit, heartbeats);
    }

    /** This with other metering. */
    public Upkeep with(MeteringOptions other) {
        return new Upkeep(defaultRealm, tick, drain, disk, backups, other, audit, heartbeats);
    }
}
