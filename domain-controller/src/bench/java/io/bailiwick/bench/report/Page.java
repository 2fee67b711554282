package io.bailiwick.bench.report;

import java.util.List;
import java.util.Locale;

/** Outcomes as one page of HTML with plots, which needs nothing else. */
public final class Page {
    private static final int LEFT = 170;
    private static final int WIDTH = 900;
    private static final int STEP = 26;

    private Page() {}

    /**
     * The page.
     *
     * @param machine what was measured on
     */
    public static String of(List<Outcome> outcomes, String machine, String when) {
        StringBuilder page = new StringBuilder("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
                + "<title>Bailiwick's benchmark</title><style>body{font:15px/1.5 sans-serif;max-width:76em;margin:2em auto;"
                + "padding:0 1em;color:#222}pre{overflow:auto;background:#f6f6f4;padding:1em;font-size:12px}"
                + "svg text{font:12px sans-serif}h2{margin-top:2em}</style><h1>Bailiwick's benchmark</h1>");
        page.append("<p>").append(escaped(machine)).append("<br>").append(escaped(when));
        page.append("</p><p>A dot is a round, a line the span of all, a bar across it their median.</p>");
        for (Outcome outcome : outcomes) {
            page.append("<h2>").append(escaped(outcome.scenario())).append("</h2><p>");
            page.append(escaped(outcome.title())).append("</p>");
            outcome.shown().forEach(metric -> plot(page, outcome, metric));
            page.append("<pre>").append(escaped(Table.of(outcome))).append("</pre>");
        }
        return page.append("</html>\n").toString();
    }

    private static void plot(StringBuilder page, Outcome outcome, Metric metric) {
        List<Line> lines = outcome.lines().stream()
                .filter(line -> !line.figure(metric).isEmpty())
                .toList();
        double most = lines.stream()
                .mapToDouble(line -> line.figure(metric).most())
                .max()
                .orElse(0);
        double least = lines.stream()
                .mapToDouble(line -> line.figure(metric).least())
                .min()
                .orElse(0);
        if (most <= 0 || least <= 0) {
            return;
        }
        // A scale of powers: peers differ by orders of magnitude.
        double low = Math.log(least / 1.3);
        double high = Math.log(most * 1.1);
        int height = STEP * (lines.size() + 1);
        add(page, "<svg width=\"%d\" height=\"%d\" role=\"img\">", WIDTH, height);
        add(
                page,
                "<text x=\"0\" y=\"14\" font-weight=\"bold\">%s%s</text>",
                metric.title(),
                metric.isMoreBetter() ? "" : " (less is better)");
        for (int i = 0; i < lines.size(); i++) {
            Series series = lines.get(i).figure(metric);
            int y = STEP * (i + 1) + STEP / 2;
            add(
                    page,
                    "<text x=\"0\" y=\"%d\">%s</text>",
                    y + 4,
                    escaped(lines.get(i).contestant()));
            double from = x(series.least(), low, high);
            double to = x(series.most(), low, high);
            add(page, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#999\"/>", from, to, y, y);
            for (double value : series.values()) {
                if (!Double.isNaN(value)) {
                    add(
                            page,
                            "<circle cx=\"%.1f\" cy=\"%d\" r=\"3\" fill=\"%s\"/>",
                            x(value, low, high),
                            y,
                            i == 0 ? "#06c" : "#888");
                }
            }
            double middle = x(series.median(), low, high);
            add(
                    page,
                    "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#222\" stroke-width=\"2\"/>",
                    middle,
                    middle,
                    y - 8,
                    y + 8);
            add(page, "<text x=\"%.1f\" y=\"%d\">%s</text>", to + 10, y + 4, Series.number(series.median()));
        }
        page.append("</svg>");
    }

    private static void add(StringBuilder page, String format, Object... values) {
        page.append(String.format(Locale.ROOT, format, values));
    }

    private static double x(double value, double low, double high) {
        return LEFT + (WIDTH - LEFT - 80) * (Math.log(value) - low) / (high - low);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
