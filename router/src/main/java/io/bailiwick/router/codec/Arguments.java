package io.bailiwick.router.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A decoded payload: positional and keyword arguments as plain values (null, Boolean, Long, BigInteger, Double, String,
 * {@code byte[]}, List, Map with text keys). Integers that fit into a Long are Longs. Both collections are copied one level
 * deep and cannot be changed. Two are equal when their values are; a {@code byte[]} is equal to itself only.
 *
 * @param list the positional arguments
 * @param map the keyword arguments, in the order they came
 */
public record Arguments(List<@Nullable Object> list, Map<String, @Nullable Object> map) {
    /** No arguments. */
    public static final Arguments NONE = new Arguments(List.of(), Map.of());

    /** Copies both. */
    public Arguments {
        list = Collections.unmodifiableList(new ArrayList<>(list));
        map = Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /** Positional arguments only. */
    public static Arguments of(@Nullable Object... list) {
        return new Arguments(Arrays.asList(list), Map.of());
    }
}
