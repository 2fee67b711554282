package io.bailiwick.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** An outcome as a table of text. */
public final class Table {
    private Table() {}

    /** The table, with its ratios below. */
    public static String of(Outcome outcome) {
        List<Metric> metrics = Arrays.stream(Metric.values())
                .filter(metric -> outcome.lines().stream()
                        .anyMatch(line -> !line.figure(metric).isEmpty()))
                .toList();
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("", "spoken"));
        metrics.forEach(metric -> head.add(metric.title()));
        rows.add(head);
        for (Line line : outcome.lines()) {
            List<String> row = new ArrayList<>(List.of(line.contestant(), line.speech()));
            metrics.forEach(metric -> row.add(line.figure(metric).toString()));
            row.add(line.note());
            rows.add(row);
        }
        StringBuilder text = new StringBuilder();
        text.append('\n')
                .append(outcome.scenario())
                .append(": ")
                .append(outcome.title())
                .append('\n');
        rows.forEach(row -> text.append("  ").append(line(row, rows)).append('\n'));
        for (Outcome.Ratio ratio : outcome.ratios()) {
            text.append(String.format(Locale.ROOT, "  ratio %s: %s%n", ratio.name(), ratio.series()));
        }
        return text.toString();
    }

    private static String line(List<String> row, List<List<String>> rows) {
        List<String> cells = new ArrayList<>();
        for (int column = 0; column < row.size(); column++) {
            int at = column;
            int width = rows.stream()
                    .filter(each -> each.size() > at)
                    .mapToInt(each -> each.get(at).length())
                    .max()
                    .orElse(0);
            cells.add(row.get(column) + " ".repeat(width - row.get(column).length()));
        }
        return cells.stream().collect(Collectors.joining("  ")).stripTrailing();
    }
}
