package io.bailiwick.bench.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Two contestants of a scenario whose figures are put in relation, round by round.
 *
 * @param of the one
 * @param to the other
 * @param metrics which figures
 */
public record Pair(String of, String to, List<Metric> metrics) {
    public Pair {
        metrics = List.copyOf(metrics);
    }

    /** The first of some contestants with each of the others. */
    public static List<Pair> withFirst(List<String> contestants, List<Metric> metrics) {
        List<Pair> pairs = new ArrayList<>();
        for (String other : contestants.subList(1, contestants.size())) {
            pairs.add(new Pair(contestants.get(0), other, metrics));
        }
        return pairs;
    }
}
