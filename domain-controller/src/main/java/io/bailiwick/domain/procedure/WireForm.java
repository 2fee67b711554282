package io.bailiwick.domain.procedure;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
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
        return MAPPER.convertValue(row, DICT);
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
