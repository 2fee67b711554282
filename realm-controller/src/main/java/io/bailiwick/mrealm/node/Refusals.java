package io.bailiwick.mrealm.node;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Counts what was refused, so that a node that floods us with nonsense costs one line of log a minute. */
final class Refusals {
    private static final int MAX_SAMPLE = 200;

    private final Map<String, Long> counts = new TreeMap<>();
    private String sample = "";
    private long total;

    /**
     * Counts one.
     *
     * @param reason one of few texts
     * @param sample more about this one; the last is reported
     */
    void count(String reason, String sample) {
        counts.merge(reason, 1L, Long::sum);
        this.sample = sample;
        total++;
    }

    /** How many there were since the start. */
    long total() {
        return total;
    }

    /** A line about those since the last report; empty when there was none. */
    Optional<String> report() {
        if (counts.isEmpty()) {
            return Optional.empty();
        }
        String line = counts.entrySet().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .collect(Collectors.joining(", "))
                + "; the last: " + printable(sample);
        counts.clear();
        return Optional.of(line);
    }

    /** Text of others in a log: bounded, and without characters that could fake a line or steer a terminal. */
    private static String printable(String text) {
        String bounded = text.length() > MAX_SAMPLE ? text.substring(0, MAX_SAMPLE) + "..." : text;
        return bounded.replaceAll("\\p{Cntrl}", "?");
    }
}
