package io.bailiwick.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bailiwick.bench.report.Line;
import io.bailiwick.bench.report.Metric;
import io.bailiwick.bench.report.Outcome;
import io.bailiwick.bench.report.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The router's ratios to the relay as they were once measured, medians of the rounds, in a file of the tree: a later run is not to
 * fall far below them. Only noise excuses a ratio that is missing.
 */
final class Recorded {
    private static final String SUBJECT = "bailiwick";
    private static final String FLOOR = "relay";
    /** A ratio may be so much of the recorded one. */
    private static final double LEAST = 2.0 / 3;
    /** Rounds in which both were measured; the median of one would be whatever it was. */
    private static final int ROUNDS = 2;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    Recorded(Path file) {
        this.file = file;
    }

    /** What a look at one outcome has shown. */
    private record Verdict(boolean holds, String text) {}

    private JsonNode read() throws IOException {
        return Files.exists(file) ? JSON.readTree(file.toFile()) : JSON.createObjectNode();
    }

    /** Writes the medians of this run's ratios down; those of scenarios that were not run, or not measured, stay. */
    void write(List<Outcome> outcomes) throws IOException {
        TreeMap<String, Object> all = new TreeMap<>();
        read().properties().forEach(each -> all.put(each.getKey(), each.getValue()));
        for (Outcome outcome : outcomes) {
            Series ratio = ratio(outcome);
            if (ratio.found() >= ROUNDS) {
                all.put(outcome.scenario(), Math.round(ratio.median() * 1000) / 1000.0);
            }
        }
        String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all);
        Files.writeString(file, text + "\n");
    }

    private static Series ratio(Outcome outcome) {
        return outcome.ratios().stream()
                .filter(ratio ->
                        ratio.of().equals(SUBJECT) && ratio.to().equals(FLOOR) && ratio.metric() == Metric.PER_CPU)
                .map(Outcome.Ratio::series)
                .findFirst()
                .orElse(Series.NONE);
    }

    /** Whether each of them has a ratio that did not fall by more than a third, but for those that noise hid. Says what it found. */
    boolean holds(List<Outcome> outcomes, Consumer<String> says) throws IOException {
        JsonNode recorded = read();
        boolean holds = true;
        for (Outcome outcome : outcomes) {
            double wanted = recorded.path(outcome.scenario()).asDouble(Double.NaN);
            Verdict verdict = verdict(outcome, wanted);
            holds &= verdict.holds();
            says.accept(String.format(
                    Locale.ROOT,
                    "%s: ratio to the relay %.3f, recorded %.3f: %s",
                    outcome.scenario(),
                    ratio(outcome).median(),
                    wanted,
                    verdict.text()));
        }
        return holds;
    }

    private static Verdict verdict(Outcome outcome, double wanted) {
        boolean noise = false;
        for (String contestant : List.of(SUBJECT, FLOOR)) {
            Optional<Line> line = outcome.line(contestant);
            Series figure = line.map(each -> each.figure(Metric.PER_CPU)).orElse(Series.NONE);
            if (line.isEmpty() || (figure.isEmpty() && !line.get().isNoisy())) {
                String found = line.orElse(outcome.lines().get(0)).note();
                return new Verdict(false, "FAILED: expected a figure of " + contestant + ", but found: " + found);
            }
            // A window that is missing among others is one in which others were busy.
            noise |= figure.found() < Math.max(1, figure.values().size());
        }
        if (Double.isNaN(wanted)) {
            return new Verdict(false, "FAILED: expected a recorded ratio, but found none");
        }
        Series ratio = ratio(outcome);
        if (ratio.found() < ROUNDS) {
            return noise
                    ? new Verdict(true, "not measured, since others were busy on this machine")
                    : new Verdict(false, "FAILED: expected " + ROUNDS + " rounds, but found " + ratio.found());
        }
        boolean fell = ratio.median() < wanted * LEAST;
        return new Verdict(!fell, fell ? "FELL by more than a third" : "holds");
    }
}
