package io.bailiwick.bench.scenario;

import io.bailiwick.bench.harness.Calm;
import io.bailiwick.bench.realm.Domain;
import io.bailiwick.bench.realm.Footprint;
import io.bailiwick.bench.report.Line;
import io.bailiwick.bench.report.Metric;
import io.bailiwick.bench.report.Outcome;
import io.bailiwick.bench.report.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How long realm controllers take to be ready, twenty at once and one alone, and what memory they need when they have been
 * left alone for a while. In each round a master starts all its realms, and then makes one more.
 */
final class RealmStarts implements Scenario {
    private static final int REALMS = 20;
    /** Until a realm controller has done what it does after READY; the first time also for the archive. */
    private static final long QUIET_SECONDS = 6;

    /**
     * One way to start them.
     *
     * @param atOnce how many may be on their way at a time
     * @param archive whether classes come from the archive
     */
    private record Way(String name, int atOnce, boolean archive) {}

    private static final List<Way> WAYS = List.of(
            new Way("20 at once", REALMS, true),
            new Way("20, two at a time", 2, true),
            new Way("20 at once, no class archive", REALMS, false));

    /** What one round has shown. */
    private record Round(Map<Metric, Double> all, Map<Metric, Double> alone) {}

    @Override
    public String name() {
        return "realm-start";
    }

    @Override
    public String title() {
        return "20 realm controllers from the first fork to the last READY, on all processors, as a master starts its realms;"
                + " and one alone, from fork to READY; memory after " + QUIET_SECONDS + " s";
    }

    @Override
    public Outcome run(Stage stage) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (Way way : WAYS) {
            List<Optional<Round>> rounds = rounds(stage, way);
            lines.add(line(way.name(), rounds, Round::all));
            if (way.atOnce() == REALMS) {
                lines.add(line(way.archive() ? "one alone" : "one alone, no class archive", rounds, Round::alone));
            }
        }
        return new Outcome(name(), title(), List.of(Metric.SECONDS, Metric.MEGABYTES), lines);
    }

    private static List<Optional<Round>> rounds(Stage stage, Way way) throws IOException {
        Domain.Setting setting =
                new Domain.Setting(stage.place("realms"), "max_concurrent_starts: " + way.atOnce() + "\n", false);
        try {
            make(stage, setting);
            if (!way.archive()) {
                forbidArchive(setting.directory().resolve("data").resolve("archives"));
            }
            List<Optional<Round>> rounds = new ArrayList<>();
            for (int round = 0; round < stage.pace().rounds(); round++) {
                rounds.add(Calm.attempt(stage.pace(), () -> round(stage, setting)));
            }
            return rounds;
        } finally {
            stage.clear();
        }
    }

    /** The realms, and the archive. */
    private static void make(Stage stage, Domain.Setting setting) throws IOException {
        Domain domain = stage.domain(setting);
        for (int i = 1; i <= REALMS; i++) {
            domain.create("realm" + i);
        }
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(QUIET_SECONDS));
        domain.stop();
    }

    /** A file where the directory should be. */
    private static void forbidArchive(Path archives) throws IOException {
        Stage.delete(archives);
        Files.createFile(archives);
    }

    private static Optional<Round> round(Stage stage, Domain.Setting setting) throws IOException {
        Calm calm = Calm.begin();
        Domain domain = stage.domain(setting);
        List<Domain.Controller> running = new ArrayList<>();
        for (int i = 1; i <= REALMS; i++) {
            running.add(domain.controller("realm" + i));
        }
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(QUIET_SECONDS));
        Map<Metric, Double> all = figures(running);
        domain.create("alone");
        List<Domain.Controller> one = List.of(domain.controller("alone"));
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        Round round = new Round(all, figures(one));
        boolean counts = calm.held(stage.pace());
        domain.call("delete_mrealm_by_name", "alone");
        domain.stop();
        return counts ? Optional.of(round) : Optional.empty();
    }

    private static Map<Metric, Double> figures(List<Domain.Controller> running) throws IOException {
        List<Instant> forks = new ArrayList<>();
        double pss = 0;
        double cpu = 0;
        for (Domain.Controller each : running) {
            forks.add(each.forked());
            Footprint footprint = Footprint.of(each.pid());
            pss += footprint.pss() / 1024.0;
            cpu += footprint.cpu();
        }
        Instant first = forks.stream().min(Comparator.naturalOrder()).orElseThrow();
        Instant last = running.stream()
                .map(Domain.Controller::ready)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.SECONDS, Duration.between(first, last).toMillis() / 1e3);
        figures.put(Metric.CPU_SECONDS, cpu / running.size());
        if (running.size() > 1) {
            figures.put(Metric.MEGABYTES, pss / running.size());
        }
        return figures;
    }

    private interface Part {
        Map<Metric, Double> of(Round round);
    }

    private static Line line(String name, List<Optional<Round>> rounds, Part part) {
        Map<Metric, Series> figures = new LinkedHashMap<>();
        if (rounds.stream().filter(Optional::isPresent).count() * 2 <= rounds.size()) {
            return new Line(name, "", figures, "not measured (noise)");
        }
        for (Metric metric : List.of(Metric.SECONDS, Metric.CPU_SECONDS, Metric.MEGABYTES)) {
            Series series = new Series(rounds.stream()
                    .map(round -> round.map(found -> part.of(found).getOrDefault(metric, Double.NaN))
                            .orElse(Double.NaN))
                    .toList());
            if (!series.isEmpty()) {
                figures.put(metric, series);
            }
        }
        return new Line(name, "", figures, "");
    }
}
