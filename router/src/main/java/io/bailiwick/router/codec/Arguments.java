package io.bailiwick.router.codec;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A decoded payload: positional and keyword arguments as plain values (null, Boolean, Long, BigInteger, Double, String,
 * {@code byte[]}, List, Map with text keys).
 *
 * @param list the positional arguments
 * @param map the keyword arguments
 */
public record Arguments(List<@Nullable Object> list, Map<String, @Nullable Object> map) {
    /** No arguments. */
    public static final Arguments NONE = new Arguments(List.of(), Map.of());

    /** Positional arguments only. */
    public static Arguments of(@Nullable Object... list) {
        return new Arguments(java.util.Collections.unmodifiableList(java.util.Arrays.asList(list)), Map.of());
    }
}
