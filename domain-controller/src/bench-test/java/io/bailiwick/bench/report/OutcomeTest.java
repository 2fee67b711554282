package io.bailiwick.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    private static final List<Metric> SECONDS = List.of(Metric.SECONDS);

    private static Line line(String contestant, Double... seconds) {
        return new Line(contestant, "", Map.of(Metric.SECONDS, new Series(List.of(seconds))), "");
    }

    private static List<String> ratios(List<Pair> pairs, Line... lines) {
        return new Outcome("scenario", "", SECONDS, pairs, List.of(lines))
                .ratios().stream()
                        .map(ratio -> ratio.name() + ": " + ratio.series())
                        .toList();
    }

    @Test
    void ratiosAreThoseOfTheNamedPairsWhereverTheyStand() {
        List<Pair> pairs = List.of(new Pair("c", "b", SECONDS));
        assertEquals(
                List.of("c / b, seconds: 3.00 [2.00..4.00]"),
                ratios(pairs, line("a", 1.0), line("b", 1.0, 2.0), line("c", 2.0, 8.0)));
    }

    @Test
    void aPairOfWhichOneIsMissingHasNoRatio() {
        List<Pair> pairs = Pair.withFirst(List.of("a", "gone", "b"), SECONDS);
        assertEquals(List.of("a / b, seconds: 0.50 [0.50..0.50]"), ratios(pairs, line("a", 1.0), line("b", 2.0)));
    }

    @Test
    void jsonSaysOfWhatAndOnWhatItIs() {
        Circumstances run = new Circumstances("2026-01-02T03:04:05Z", "1234abc-dirty", "a", 2, "k", "j", 0.12);
        Map<String, Object> plain = Outcome.failed("scenario", "", "it fell").plain(run);
        assertEquals(
                Map.of(
                        "began",
                        "2026-01-02T03:04:05Z",
                        "commit",
                        "1234abc-dirty",
                        "processor",
                        "a",
                        "processors",
                        2,
                        "kernel",
                        "k",
                        "java",
                        "j",
                        "noise",
                        0.12),
                plain.get("run"));
    }
}
