package io.bailiwick.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bailiwick.bench.report.Metric;
import io.bailiwick.bench.report.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The ratios that were once measured, in a file of the tree: a later run is not to fall far below them. */
final class Recorded {
    /** A ratio may be so much of the recorded one. */
    private static final double LEAST = 2.0 / 3;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    Recorded(Path file) {
        this.file = file;
    }

    private JsonNode read() throws IOException {
        return Files.exists(file) ? JSON.readTree(file.toFile()) : JSON.createObjectNode();
    }

    /** Writes the ratios to the relay down; those of scenarios that were not run stay. */
    void write(List<Outcome> outcomes) throws IOException {
        TreeMap<String, Object> all = new TreeMap<>();
        read().properties().forEach(each -> all.put(each.getKey(), each.getValue()));
        for (Outcome outcome : outcomes) {
            outcome.ratios().stream()
                    .filter(Recorded::counts)
                    .forEach(ratio -> all.put(
                            outcome.scenario(), Math.round(ratio.series().median() * 1000) / 1000.0));
        }
        String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all);
        Files.writeString(file, text + "\n");
    }

    private static boolean counts(Outcome.Ratio ratio) {
        return ratio.to().equals("relay") && ratio.metric() == Metric.PER_CPU;
    }

    /** Whether no ratio fell by more than a third. Says what it found; what noise hid does not count. */
    boolean holds(List<Outcome> outcomes, Consumer<String> says) throws IOException {
        JsonNode recorded = read();
        boolean holds = true;
        for (Outcome outcome : outcomes) {
            double wanted = recorded.path(outcome.scenario()).asDouble(Double.NaN);
            double found = outcome.ratios().stream()
                    .filter(Recorded::counts)
                    .mapToDouble(ratio -> ratio.series().median())
                    .findFirst()
                    .orElse(Double.NaN);
            String fault = outcome.lines().get(0).note();
            boolean lost = fault.startsWith("no figure");
            boolean fell = found < wanted * LEAST;
            holds &= !lost && !fell;
            says.accept(String.format(
                    Locale.ROOT,
                    "%s: ratio to the relay %.3f, recorded %.3f: %s",
                    outcome.scenario(),
                    found,
                    wanted,
                    lost ? fault : fell ? "FELL by more than a third" : verdict(found, wanted)));
        }
        return holds;
    }

    private static String verdict(double found, double wanted) {
        if (Double.isNaN(found)) {
            return "not measured, since others were busy on this machine";
        }
        return Double.isNaN(wanted) ? "nothing is recorded to compare with" : "holds";
    }
}
