package io.bailiwick.domain.config;

import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Section;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What realm controllers do with the heartbeats of nodes and of their workers, each for its realm.
 *
 * <pre>
 * heartbeats:
 *   lease: 30                    # seconds that a node is online without being heard; three of its periods if that is more
 *   keep_days: 7                 # those that are older go
 *   keep_count: 1000000          # when there are more of nodes, or of workers, the oldest of them go
 *   keep_bytes: 1073741824       # when all of them take more, the oldest go
 * </pre>
 *
 * @param lease how long a node is online without being heard
 * @param keepDays how long they are kept
 * @param keepCount how many of nodes are kept, and as many of workers
 * @param keepBytes how many bytes of them in all, as they are stored
 */
public record HeartbeatOptions(Duration lease, int keepDays, long keepCount, long keepBytes) {
    /** Half a minute; a week, a million and a gibibyte. */
    public static final HeartbeatOptions DEFAULT = new HeartbeatOptions(Duration.ofSeconds(30), 7, 1_000_000, 1L << 30);

    /** Reads {@code heartbeats:}. */
    static HeartbeatOptions read(Section section) throws InvalidOptionsException {
        section.only("lease", "keep_days", "keep_count", "keep_bytes");
        return new HeartbeatOptions(
                section.value("lease", node -> Duration.ofSeconds(node.number(1, 86_400)), DEFAULT.lease),
                section.value("keep_days", node -> node.number(1, 36_500), DEFAULT.keepDays),
                section.value("keep_count", node -> node.count(1, 1_000_000_000), DEFAULT.keepCount),
                section.value("keep_bytes", node -> node.count(1L << 20, 1L << 50), DEFAULT.keepBytes));
    }

    /** What a realm's controller is told of it when it is started. */
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("lease_seconds", lease.toSeconds());
        settings.put("retention_days", keepDays);
        settings.put("retention_count", keepCount);
        settings.put("retention_bytes", keepBytes);
        return settings;
    }

    /** As it stands in a file. */
    Map<String, Object> shown() {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("lease", lease.toSeconds());
        shown.put("keep_days", keepDays);
        shown.put("keep_count", keepCount);
        shown.put("keep_bytes", keepBytes);
        return shown;
    }
}
