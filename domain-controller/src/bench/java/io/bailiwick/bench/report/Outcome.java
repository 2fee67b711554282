package io.bailiwick.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a scenario found.
 *
 * @param scenario its name
 * @param title what was done
 * @param shown what of it is worth a plot
 * @param pairs which of its contestants are compared, and in what
 */
public record Outcome(String scenario, String title, List<Metric> shown, List<Pair> pairs, List<Line> lines) {
    /** A scenario that came to no end. */
    public static Outcome failed(String scenario, String title, String reason) {
        return new Outcome(scenario, title, List.of(), List.of(), List.of(Line.lost("all", "", reason)));
    }

    /** One contestant's figure in relation to another's. */
    public record Ratio(String of, String to, Metric metric, Series series) {
        /** Who, to whom, in what. */
        public String name() {
            return of + " / " + to + ", " + metric.title();
        }
    }

    /** The line of a contestant, if it is there. */
    public Optional<Line> line(String contestant) {
        return lines.stream()
                .filter(line -> line.contestant().equals(contestant))
                .findFirst();
    }

    /** The ratios of all pairs that have figures in the same rounds. */
    public List<Ratio> ratios() {
        List<Ratio> ratios = new ArrayList<>();
        for (Pair pair : pairs) {
            for (Metric metric : pair.metrics()) {
                Series series = figure(pair.of(), metric).over(figure(pair.to(), metric));
                if (!series.isEmpty()) {
                    ratios.add(new Ratio(pair.of(), pair.to(), metric, series));
                }
            }
        }
        return ratios;
    }

    private Series figure(String contestant, Metric metric) {
        return line(contestant).map(line -> line.figure(metric)).orElse(Series.NONE);
    }

    /** All of it as plain values, for JSON. */
    public Map<String, Object> plain(Circumstances circumstances) {
        Map<String, Object> plain = new LinkedHashMap<>();
        plain.put("scenario", scenario);
        plain.put("title", title);
        plain.put("run", circumstances.plain());
        List<Map<String, Object>> all = new ArrayList<>();
        for (Line line : lines) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("contestant", line.contestant());
            one.put("speech", line.speech());
            line.figures().forEach((metric, series) -> one.put(metric.title(), plain(series)));
            one.put("note", line.note());
            all.add(one);
        }
        plain.put("contestants", all);
        Map<String, Object> ratios = new LinkedHashMap<>();
        ratios().forEach(ratio -> ratios.put(ratio.name(), plain(ratio.series())));
        plain.put("ratios", ratios);
        return plain;
    }

    private static Map<String, Object> plain(Series series) {
        Map<String, Object> plain = new LinkedHashMap<>();
        if (!series.isEmpty()) {
            plain.put("median", series.median());
            plain.put("min", series.least());
            plain.put("max", series.most());
        }
        // JSON has no NaN.
        plain.put(
                "rounds",
                series.values().stream()
                        .map(value -> value.isNaN() ? "none" : (Object) value)
                        .toList());
        return plain;
    }
}
