package io.bailiwick.domain.procedure;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bailiwick.domain.schema.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Rows as they look on the wire, in every format alike: dictionaries with names in snake case, oids as text, times as
 * numbers in their documented unit, absent values as null.
 */
public final class WireForm {
    /** Reads the components of records, and no other method of theirs: as the store does. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .visibility(PropertyAccessor.GETTER, Visibility.NONE)
            .visibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
            .visibility(PropertyAccessor.FIELD, Visibility.ANY)
            .build();

    private static final TypeReference<LinkedHashMap<String, @Nullable Object>> DICT = new TypeReference<>() {};
    /** ISO 8601 in UTC with milliseconds, for example {@code 2026-11-21T17:13:59.636Z}. */
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private WireForm() {}

    /** The dictionary of a row; the caller may add to it. */
    public static Map<String, @Nullable Object> of(Object row) {
        return row instanceof Node node ? ofNode(node) : converted(row);
    }

    static Map<String, @Nullable Object> converted(Object row) {
        return MAPPER.convertValue(row, DICT);
    }

    /** The same without reflection: nodes are paired by the thousand, and a realm that starts asks for all that it has. */
    private static Map<String, @Nullable Object> ofNode(Node node) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("oid", text(node.oid()));
        row.put("label", node.label());
        row.put("description", node.description());
        row.put("tags", node.tags());
        row.put("owner_oid", text(node.ownerOid()));
        row.put("pubkey", node.pubkey());
        row.put("cluster_ip", node.clusterIp());
        row.put("mrealm_oid", text(node.mrealmOid()));
        row.put("authid", node.authid());
        row.put("authextra", node.authextra());
        return row;
    }

    private static @Nullable String text(@Nullable UUID oid) {
        return oid == null ? null : oid.toString();
    }

    /** The attributes that a change has given other values, with their values now; none when nothing is different. */
    static Map<String, @Nullable Object> changes(Object before, Object after) {
        Map<String, @Nullable Object> was = read(before);
        Map<String, @Nullable Object> is = read(after);
        is.entrySet().removeIf(entry -> Objects.equals(was.get(entry.getKey()), entry.getValue()));
        return is;
    }

    /** The dictionary as it comes back from a store: one number is one value, in however many bits it came. */
    private static Map<String, @Nullable Object> read(Object row) {
        try {
            return MAPPER.readValue(MAPPER.writeValueAsBytes(row), DICT);
        } catch (IOException e) {
            throw new UncheckedIOException("expected a row that JSON can hold", e);
        }
    }

    /** A time as text: ISO 8601 in UTC, with milliseconds. */
    public static String time(Instant time) {
        return ISO.format(time);
    }

    /** A time in microseconds since 1970 UTC as text. */
    static String timeOfMicros(long micros) {
        return time(Instant.EPOCH.plusNanos(TimeUnit.MICROSECONDS.toNanos(micros)));
    }

    /** A time as microseconds since 1970 UTC. */
    static long micros(Instant time) {
        return TimeUnit.SECONDS.toMicros(time.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(time.getNano());
    }
}
