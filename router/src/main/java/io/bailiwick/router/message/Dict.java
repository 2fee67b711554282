package io.bailiwick.router.message;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A dictionary of a message: Options, Details or Extra. Keys that nobody knows are kept and ignored; a known key with a
 * value of the wrong type is a protocol violation (WAMP, "Message Definitions"). An explicit null counts as absent.
 *
 * <p>Values are null, {@link Boolean}, {@link Long}, {@link BigInteger}, {@link Double},
 * {@link java.math.BigDecimal}, {@link String}, {@code byte[]}, {@link List} and {@link Map} with text keys.
 */
public final class Dict {
    /** The empty dictionary. */
    public static final Dict EMPTY = new Dict("dict", Map.of(), 0);

    private static final long MAX_ID = 1L << 53;
    private static final int MAX_SHOWN = 64;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final int UNKNOWN = -1;

    private final String place;
    private final Map<String, @Nullable Object> entries;
    /** From how many bytes it was read, or {@link #UNKNOWN}. */
    private final int bytes;

    private Dict(String place, Map<String, @Nullable Object> entries) {
        this(place, entries, UNKNOWN);
    }

    private Dict(String place, Map<String, @Nullable Object> entries, int bytes) {
        this.place = place;
        this.entries = entries;
        this.bytes = bytes;
    }

    /** A dictionary of these entries, which are copied one level deep. */
    public static Dict of(Map<String, ? extends @Nullable Object> entries) {
        return at("dict", entries);
    }

    /**
     * A dictionary that was read from a message.
     *
     * @param place where it stood, for example {@code CALL[2]}: names it in violations
     * @param entries the entries, copied one level deep
     */
    public static Dict at(String place, Map<String, ? extends @Nullable Object> entries) {
        return new Dict(place, Collections.unmodifiableMap(new LinkedHashMap<>(entries)));
    }

    /** As {@link #at}, but over entries that nobody changes any more: they are not copied. */
    public static Dict owned(String place, Map<String, @Nullable Object> entries) {
        return new Dict(place, Collections.unmodifiableMap(entries));
    }

    /** As {@link #owned}, of entries that were read from so many bytes. */
    public static Dict read(String place, Map<String, @Nullable Object> entries, int bytes) {
        return new Dict(place, Collections.unmodifiableMap(entries), bytes);
    }

    /**
     * As above, of a few entries in their order.
     *
     * @param keys different ones; nobody changes this array any more, nor that of the values
     * @param values as many as keys
     */
    public static Dict read(String place, String[] keys, @Nullable Object[] values, int bytes) {
        return new Dict(place, new FewEntries(keys, values), bytes);
    }

    /** As {@link #owned(String, Map)}, of a few entries in their order; of the arrays the same holds as for what is read. */
    public static Dict owned(String place, String[] keys, @Nullable Object[] values) {
        return new Dict(place, new FewEntries(keys, values));
    }

    /** A dictionary of one entry. */
    public static Dict of(String key, Object value) {
        return new Dict("dict", Map.of(key, value));
    }

    /** A dictionary of two entries. */
    public static Dict of(String key1, Object value1, String key2, Object value2) {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        entries.put(key1, value1);
        entries.put(key2, value2);
        return new Dict("dict", Collections.unmodifiableMap(entries));
    }

    /** All entries, unmodifiable, in the order they came. */
    public Map<String, @Nullable Object> entries() {
        return entries;
    }

    /** A measure of the memory that it takes, in bytes: what it was read from; an estimate where it was made here. */
    public long size() {
        return bytes == UNKNOWN ? sizeOf(entries) : bytes;
    }

    /** An estimate of the memory that a value of a dictionary takes, in bytes. */
    public static long sizeOf(@Nullable Object value) {
        long size = 0;
        if (value instanceof String text) {
            size = 48 + 2L * text.length();
        } else if (value instanceof byte[] octets) {
            size = 16L + octets.length;
        } else if (value instanceof List<?> list) {
            for (Object element : list) {
                size += 24 + sizeOf(element);
            }
        } else if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                size += 48 + sizeOf(entry.getKey()) + sizeOf(entry.getValue());
            }
        } else if (value instanceof BigInteger number) {
            size = 64L + number.bitLength() / 8;
        }
        return size;
    }

    /** Whether there is no entry. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Whether a value other than null stands at the key. */
    public boolean has(String key) {
        return entries.get(key) != null;
    }

    /** This dictionary with one entry more (or another value for a key). */
    public Dict with(String key, Object value) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(entries);
        copy.put(key, value);
        return new Dict(place, Collections.unmodifiableMap(copy));
    }

    /** A truth value; {@code otherwise} when absent. */
    public boolean flag(String key, boolean otherwise) {
        Object value = entries.get(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw wrong(key, "a boolean", value);
    }

    /** A text. */
    public Optional<String> text(String key) {
        return Optional.ofNullable(textOrNull(key));
    }

    /** A text, or null when absent. */
    public @Nullable String textOrNull(String key) {
        Object value = entries.get(key);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw wrong(key, "a string", value);
    }

    /** An integer of at most 63 bits and a sign. A float with an integral value counts: JavaScript knows no other. */
    public OptionalLong integer(String key) {
        Object value = entries.get(key);
        return value == null ? OptionalLong.empty() : OptionalLong.of(asInteger(key, value));
    }

    /** A dictionary inside this one; the empty one when absent. */
    public Dict dict(String key) {
        Object value = entries.get(key);
        if (value == null) {
            return EMPTY;
        }
        if (value instanceof Map<?, ?> map) {
            return map.isEmpty() ? EMPTY : owned(place + "." + shown(key), textKeys(map));
        }
        throw wrong(key, "a dictionary", value);
    }

    /** A list of texts; empty optional when absent, which is not the same as an empty list. */
    public Optional<List<String>> texts(String key) {
        return list(key, "a list of strings", item -> item instanceof String text ? text : null);
    }

    /** A list of WAMP ids (1 to 2^53); empty optional when absent, which is not the same as an empty list. */
    public Optional<List<Long>> ids(String key) {
        return list(key, "a list of ids from 1 to 2^53", item -> {
            Long id = integral(item);
            return id != null && id >= 1 && id <= MAX_ID ? id : null;
        });
    }

    private <T> Optional<List<T>> list(String key, String expected, Function<Object, @Nullable T> item) {
        Object value = entries.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof List<?> list)) {
            throw wrong(key, expected, value);
        }
        List<T> result = new ArrayList<>(list.size());
        for (Object element : list) {
            T converted = element == null ? null : item.apply(element);
            if (converted == null) {
                throw new ProtocolViolation(place + "." + shown(key), expected, "a list with " + kind(element));
            }
            result.add(converted);
        }
        return Optional.of(result);
    }

    private long asInteger(String key, Object value) {
        Long integral = integral(value);
        if (integral == null) {
            throw wrong(key, "an integer", value);
        }
        return integral;
    }

    private static @Nullable Long integral(Object value) {
        if (value instanceof Long || value instanceof Integer) {
            return ((Number) value).longValue();
        }
        if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) <= MAX_ID) {
            return number.longValue();
        }
        return null;
    }

    private static Map<String, @Nullable Object> textKeys(Map<?, ?> map) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        map.forEach((key, value) -> result.put(String.valueOf(key), value));
        return result;
    }

    private ProtocolViolation wrong(String key, String expected, Object found) {
        return new ProtocolViolation(place + "." + shown(key), expected, kind(found));
    }

    /** A key as it may be shown to others and written to a log: in part, and without control characters. */
    private static String shown(String key) {
        String part = key.length() <= MAX_SHOWN ? key : key.substring(0, MAX_SHOWN) + "...";
        for (int i = 0; i < part.length(); i++) {
            if (Character.isISOControl(part.charAt(i))) {
                return CONTROL.matcher(part).replaceAll("?");
            }
        }
        return part;
    }

    /** The WAMP name of the kind of a value, for error texts: never the value itself. */
    public static String kind(@Nullable Object value) {
        if (value == null) {
            return "null";
        } else if (value instanceof String) {
            return "a string";
        } else if (value instanceof Boolean) {
            return "a boolean";
        } else if (value instanceof Double || value instanceof java.math.BigDecimal) {
            return "a float";
        } else if (value instanceof BigInteger) {
            return "an integer of more than 64 bits";
        } else if (value instanceof Number) {
            return "an integer";
        } else if (value instanceof List) {
            return "a list";
        } else if (value instanceof Map) {
            return "a dictionary";
        }
        return "binary";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Dict that && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return entries.toString();
    }
}
