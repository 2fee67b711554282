package io.bailiwick.node.procedure;

import java.util.LinkedHashMap;
import java.util.Map;

/** Adds to growing counters how much they grew each second since the last time: {@code <name>_per_sec}. */
final class Rates {
    private Map<String, Number> previous = Map.of();
    private long at;

    /**
     * Takes a reading.
     *
     * @param counters counters by name
     * @param now monotonic nanoseconds
     * @return the counters, with rates (integers) from the second reading on for those that were in the one before
     */
    Map<String, Object> with(Map<String, ? extends Number> counters, long now) {
        Map<String, Object> result = new LinkedHashMap<>(counters);
        double seconds = (now - at) / 1e9;
        if (!previous.isEmpty() && seconds > 0) {
            counters.forEach((name, value) -> {
                Number before = previous.get(name);
                if (before != null) {
                    // A counter that was reset (an interface that was taken away) did not grow.
                    double growth = Math.max(0, value.doubleValue() - before.doubleValue());
                    result.put(name + "_per_sec", Math.round(growth / seconds));
                }
            });
        }
        previous = Map.copyOf(counters);
        at = now;
        return result;
    }
}
