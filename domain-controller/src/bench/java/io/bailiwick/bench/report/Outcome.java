package io.bailiwick.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a scenario found. The first line is the subject's.
 *
 * @param scenario its name
 * @param title what was done
 * @param compared what of it is compared with the others
 */
public record Outcome(String scenario, String title, List<Metric> compared, List<Line> lines) {
    /** A ratio of the subject to another. */
    public record Ratio(String to, Metric metric, Series series) {
        /** The name under which it is recorded. */
        public String name() {
            return to + " " + metric.title();
        }
    }

    /** All ratios of the subject to the others. */
    public List<Ratio> ratios() {
        List<Ratio> ratios = new ArrayList<>();
        for (Line other : lines.subList(1, lines.size())) {
            for (Metric metric : compared) {
                Series series = lines.get(0).figure(metric).over(other.figure(metric));
                if (!series.isEmpty()) {
                    ratios.add(new Ratio(other.contestant(), metric, series));
                }
            }
        }
        return ratios;
    }

    /** All of it as plain values, for JSON. */
    public Map<String, Object> plain() {
        Map<String, Object> plain = new LinkedHashMap<>();
        plain.put("scenario", scenario);
        plain.put("title", title);
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
