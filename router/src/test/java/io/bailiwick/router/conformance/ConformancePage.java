package io.bailiwick.router.conformance;

import io.bailiwick.router.conformance.ConformanceReport.Outcome;
import io.bailiwick.router.conformance.Feature.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The text of {@code docs/conformance.md}. */
final class ConformancePage {
    private final Map<Feature, Map<String, Outcome>> outcomes;

    ConformancePage(Map<Feature, Map<String, Outcome>> outcomes) {
        this.outcomes = outcomes;
    }

    String text() {
        StringBuilder text = new StringBuilder("# Conformance\n\n"
                + "What this router does of WAMP, and the tests that show it. Generated from the results of"
                + " `mvn verify`; a test fails\nwhen this page is not what the build has found. *whole*: every clause of"
                + " the feature that concerns a router is\nthere, and its tests pass; a feature is announced in WELCOME"
                + " under the key given, and none is announced that is not\nwhole. The rules behind each feature are the"
                + " names of its tests, at the end of the page.\n\nClients that nobody here wrote are put to the same"
                + " features by `.ci/run`: see [the suites of others](foreign-clients.md).\n");
        for (Section section : Section.values()) {
            text.append("\n## ").append(section.title()).append("\n\n");
            text.append("| feature | announced as | state | tests |\n|---|---|---|---|\n");
            features(section).forEach(feature -> text.append(row(feature)));
        }
        text.append("\n# The rules, by feature\n");
        for (Feature feature : Feature.values()) {
            rules(feature, text);
        }
        return text.toString();
    }

    private static List<Feature> features(Section section) {
        return Arrays.stream(Feature.values())
                .filter(feature -> feature.section() == section)
                .toList();
    }

    private String row(Feature feature) {
        Map<String, Outcome> tests = outcomes.getOrDefault(feature, Map.of());
        String announced = feature.announced().isEmpty() ? "" : "`" + feature.announced() + "`";
        return "| " + feature.title() + " | " + announced + " | " + state(feature, tests) + " | " + count(tests)
                + " |\n";
    }

    private static String state(Feature feature, Map<String, Outcome> tests) {
        if (!feature.absence().isEmpty()) {
            return "not there: " + feature.absence();
        } else if (tests.isEmpty()) {
            return "not shown";
        }
        long failed = tests.values().stream().filter(test -> test.failed() > 0).count();
        return failed == 0 ? "whole" : "fails " + failed + " tests";
    }

    private static String count(Map<String, Outcome> tests) {
        Map<String, Long> byClass = tests.keySet().stream()
                .collect(Collectors.groupingBy(
                        test -> test.substring(test.lastIndexOf('.', test.indexOf('#')) + 1, test.indexOf('#')),
                        TreeMap::new,
                        Collectors.counting()));
        return byClass.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    private void rules(Feature feature, StringBuilder text) {
        Map<String, Outcome> tests = outcomes.getOrDefault(feature, Map.of());
        if (tests.isEmpty()) {
            return;
        }
        text.append("\n## ").append(feature.title()).append("\n\n");
        List<String> lines = new ArrayList<>();
        tests.forEach((test, outcome) -> lines.add(
                "- " + sentence(test.substring(test.indexOf('#') + 1)) + (outcome.failed() == 0 ? "" : " (fails)")));
        lines.stream().sorted().distinct().forEach(line -> text.append(line).append('\n'));
    }

    /** The sentence that a test's name is, written with underscores or in camel case. */
    private static String sentence(String name) {
        return name.contains("_")
                ? name.replace('_', ' ')
                : name.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toLowerCase(java.util.Locale.ROOT);
    }
}
