package io.bailiwick.mrealm.series;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A figure of a kind of heartbeat.
 *
 * @param name {@code cpu.user}
 * @param value its value in a heartbeat; null where it was not reported
 * @param rate whether what is told is how much it grows in a second
 */
record Figure<T>(String name, Function<T, @Nullable Number> value, boolean rate) {
    private static final String RATE = "_per_sec";
    private static final SnakeCaseStrategy SNAKE_CASE = new SnakeCaseStrategy();

    /** All figures that stand in the groups of a record of heartbeats, and the rates of those that are counted. */
    static <T> Map<String, Figure<T>> of(Class<T> heartbeat) {
        Map<String, Figure<T>> figures = new TreeMap<>();
        for (RecordComponent group : heartbeat.getRecordComponents()) {
            if (group.getType().isRecord()) {
                for (RecordComponent component : group.getType().getRecordComponents()) {
                    String name =
                            SNAKE_CASE.translate(group.getName()) + "." + SNAKE_CASE.translate(component.getName());
                    Function<T, @Nullable Number> value = value(group, component);
                    figures.put(name, new Figure<>(name, value, false));
                    if (component.getType() == Long.class) {
                        figures.putIfAbsent(name + RATE, new Figure<>(name + RATE, value, true));
                    }
                }
            }
        }
        return figures;
    }

    private static <T> Function<T, @Nullable Number> value(RecordComponent group, RecordComponent component) {
        return heartbeat -> {
            Object found = read(group, heartbeat);
            return found == null ? null : (Number) read(component, found);
        };
    }

    private static @Nullable Object read(RecordComponent component, Object record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("expected " + component + " to be readable", e);
        }
    }
}
