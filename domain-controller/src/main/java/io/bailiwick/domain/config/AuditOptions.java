package io.bailiwick.domain.config;

import io.bailiwick.router.audit.AuditLog.Retention;
import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Section;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How long the domain's audit log is kept.
 *
 * @param keepDays records that are older go; 0 for no bound
 * @param keepRecords when there are a tenth more than so many, the oldest go; 0 for no bound
 */
public record AuditOptions(int keepDays, long keepRecords) {
    /** All of it. */
    public static final AuditOptions DEFAULT = new AuditOptions(0, 0);

    /** Reads {@code audit:}. */
    static AuditOptions read(Section section) throws InvalidOptionsException {
        section.only("keep_days", "keep_records");
        return new AuditOptions(
                section.value("keep_days", node -> node.number(0, 100_000), DEFAULT.keepDays),
                section.value("keep_records", node -> node.count(0, 1L << 50), DEFAULT.keepRecords));
    }

    /** The same as the log takes it. */
    public Retention retention() {
        return new Retention(keepDays == 0 ? Optional.empty() : Optional.of(Duration.ofDays(keepDays)), keepRecords);
    }

    /** As it stands in a file. */
    Map<String, Object> shown() {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("keep_days", keepDays);
        shown.put("keep_records", keepRecords);
        return shown;
    }
}
