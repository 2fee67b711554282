package io.bailiwick.bench.scenario;

import io.bailiwick.bench.report.Line;
import io.bailiwick.bench.report.Metric;
import io.bailiwick.bench.report.Series;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What rounds have found of one contestant, as a line. */
final class Rounds {
    private Rounds() {}

    /**
     * The line; without figures when most rounds were not calm.
     *
     * @param rounds one for each: its figures, empty when others were busy
     */
    static Line line(String name, String speech, List<Optional<Map<Metric, Double>>> rounds) {
        if (rounds.stream().filter(Optional::isPresent).count() * 2 <= rounds.size()) {
            return Line.noisy(name, speech);
        }
        Map<Metric, Series> figures = new LinkedHashMap<>();
        for (Metric metric : Metric.values()) {
            Series series = new Series(rounds.stream()
                    .map(round -> round.map(found -> found.getOrDefault(metric, Double.NaN))
                            .orElse(Double.NaN))
                    .toList());
            if (!series.isEmpty()) {
                figures.put(metric, series);
            }
        }
        return new Line(name, speech, figures, "");
    }
}
