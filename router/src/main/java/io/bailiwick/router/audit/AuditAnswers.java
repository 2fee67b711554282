package io.bailiwick.router.audit;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Questions about a log as they come from outside, and answers as they go out: the same wherever there is a log. What is not in
 * order throws {@link IllegalArgumentException} with a sentence for who asked.
 */
public final class AuditAnswers {
    private static final int STANDARD = 100;
    private static final int MOST = 500;
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    private AuditAnswers() {}

    /** Which records are wanted; times are ISO 8601. */
    public static AuditQuery query(
            @Nullable String mrealm,
            @Nullable String object,
            @Nullable String actor,
            @Nullable String action,
            @Nullable String from,
            @Nullable String until) {
        return new AuditQuery(mrealm, object, actor, action, time("from_time", from), time("until_time", until));
    }

    private static @Nullable String time(String name, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return AuditLog.time(Instant.parse(text));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    name + ": expected a time in ISO 8601 as 2026-01-31T12:00:00Z, but found another text");
        }
    }

    /** How many records at most. */
    public static int limit(@Nullable Integer wanted) {
        if (wanted != null && wanted < 1) {
            throw new IllegalArgumentException("limit: expected 1 or more, but found " + wanted);
        }
        return wanted == null ? STANDARD : Math.min(wanted, MOST);
    }

    /** A head that was kept elsewhere, if it was. */
    public static Optional<AuditHead> anchor(@Nullable Long seq, @Nullable String hash) {
        if (seq == null && hash == null) {
            return Optional.empty();
        }
        if (seq == null || seq < 1 || hash == null || !HASH.matcher(hash).matches()) {
            throw new IllegalArgumentException(
                    "anchor: expected the number of a record and its hash of 64 hexadecimal digits, but found others");
        }
        return Optional.of(new AuditHead(seq, hash));
    }

    /** How long records are kept: as far as it is said, in days of 24 hours, and by number. */
    public static AuditLog.Retention retention(@Nullable Integer days, @Nullable Long records) {
        if ((days != null && days < 1) || (records != null && records < 1)) {
            throw new IllegalArgumentException("expected to keep 1 day or record or more, but found less");
        }
        return new AuditLog.Retention(Optional.ofNullable(days).map(Duration::ofDays), records == null ? 0 : records);
    }

    /**
     * Records on the wire.
     *
     * @param verbatim as the lines of text that they are
     */
    public static Map<String, @Nullable Object> page(AuditLog.Page page, boolean verbatim) {
        Map<String, @Nullable Object> form = new LinkedHashMap<>();
        List<?> records = page.records().stream()
                .map(found -> verbatim ? found.text() : found.form())
                .toList();
        form.put("records", records);
        form.put("next", page.next() == 0 ? null : page.next());
        return form;
    }

    /** A head on the wire. */
    public static Map<String, @Nullable Object> form(AuditHead head) {
        Map<String, @Nullable Object> form = new LinkedHashMap<>();
        form.put("seq", head.seq());
        form.put("hash", head.hash());
        return form;
    }

    /** A verdict on the wire. */
    public static Map<String, @Nullable Object> form(Chain.Verdict verdict) {
        Map<String, @Nullable Object> form = new LinkedHashMap<>();
        Chain.Fault fault = verdict.fault();
        form.put("ok", fault == null);
        form.put("first", verdict.first());
        form.put("last", verdict.last());
        form.put("records", verdict.records());
        form.put("head", verdict.head());
        Map<String, @Nullable Object> wrong = new LinkedHashMap<>();
        if (fault != null) {
            wrong.put("seq", fault.seq());
            wrong.put("reason", fault.reason());
        }
        form.put("fault", fault == null ? null : wrong);
        return form;
    }
}
