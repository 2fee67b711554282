package io.bailiwick.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One figure for each round; NaN where there is none. */
public record Series(List<Double> values) {
    /** Of no round. */
    public static final Series NONE = new Series(List.of());

    public Series {
        values = List.copyOf(values);
    }

    private List<Double> sorted() {
        return values.stream().filter(value -> !value.isNaN()).sorted().toList();
    }

    /** Whether there is any. */
    public boolean isEmpty() {
        return sorted().isEmpty();
    }

    /** The middle one, or the mean of the two in the middle. */
    public double median() {
        List<Double> sorted = sorted();
        int size = sorted.size();
        return size == 0 ? Double.NaN : (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
    }

    /** The least of all rounds. */
    public double least() {
        return isEmpty() ? Double.NaN : sorted().get(0);
    }

    /** The most of all rounds. */
    public double most() {
        List<Double> sorted = sorted();
        return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() - 1);
    }

    /** In how many rounds there is a figure. */
    public int found() {
        return sorted().size();
    }

    /** Round by round, this in relation to another; NaN where one of them has none. */
    public Series over(Series other) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < Math.min(values.size(), other.values.size()); round++) {
            ratios.add(values.get(round) / other.values.get(round));
        }
        return new Series(ratios);
    }

    /** Median and spread: {@code 1.31 M [1.28 M..1.39 M]}. */
    @Override
    public String toString() {
        return isEmpty() ? "-" : number(median()) + " [" + number(least()) + ".." + number(most()) + "]";
    }

    /** Three digits or so. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        if (value >= 1e6) {
            return String.format(Locale.ROOT, "%.2f M", value / 1e6);
        }
        if (value >= 1e4) {
            return String.format(Locale.ROOT, "%.1f k", value / 1e3);
        }
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
