package io.bailiwick.bench.scenario;

import io.bailiwick.bench.harness.Calm;
import io.bailiwick.bench.realm.Domain;
import io.bailiwick.bench.realm.Footprint;
import io.bailiwick.bench.report.Line;
import io.bailiwick.bench.report.Metric;
import io.bailiwick.bench.report.Outcome;
import io.bailiwick.router.client.ClientSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How long realm controllers take to be ready, many at once and one alone, and what memory they need when they have been
 * left alone for a while. In each round a master starts all its realms, then somebody comes to one that runs on demand, and
 * then one more is made.
 *
 * @param name of the scenario
 * @param realms that a master starts
 * @param ways in which it does; the last may be one without the archive, which is gone then
 */
record RealmStarts(String name, int realms, List<Way> ways) implements Scenario {
    private static final int SOME = 20;
    private static final int MANY = 50;
    /** Until a realm controller has done what it does after READY; the first time also for the archive. */
    private static final long QUIET_SECONDS = 12;

    private static final String ON_DEMAND = "sleeper";
    private static final String ALONE = "alone";

    /**
     * One way to start them.
     *
     * @param atOnce how many may be on their way at a time
     * @param archive whether classes come from the archive
     * @param one what is said of one alone; empty if it is not told of
     */
    record Way(String name, int atOnce, boolean archive, String one) {}

    /** What one round has shown. */
    private record Round(Map<Metric, Double> all, Map<Metric, Double> alone, Map<Metric, Double> called) {}

    /** Twenty, at once and as a master does it, with the archive of classes and without. */
    static Scenario some() {
        return new RealmStarts(
                "realm-start",
                SOME,
                List.of(
                        new Way("20 at once", SOME, true, "one alone"),
                        new Way("20, two at a time", 2, true, ""),
                        new Way("20 at once, no class archive", SOME, false, "one alone, no class archive")));
    }

    /** Fifty, at once and as a master does it. */
    static Scenario many() {
        return new RealmStarts(
                "realm-start-50",
                MANY,
                List.of(
                        new Way("50 at once", MANY, true, "one alone, beside 50"),
                        new Way("50, two at a time", 2, true, "")));
    }

    @Override
    public String title() {
        return realms
                + " realm controllers from the first fork to the last READY, on all processors, as a master starts its"
                + " realms; one alone, from fork to READY; the first call of who comes to a realm on demand, from connecting"
                + " to the answer; memory after " + QUIET_SECONDS + " s";
    }

    @Override
    public Outcome run(Stage stage) throws IOException {
        Path place = stage.place("realms");
        List<Line> lines = new ArrayList<>();
        try {
            make(stage, setting(place, ways.get(0)));
            for (Way way : ways) {
                if (!way.archive()) {
                    forbidArchive(place.resolve("data").resolve("archives"));
                }
                lines.addAll(lines(stage, setting(place, way), way));
            }
        } finally {
            stage.clear();
        }
        return new Outcome(name(), title(), List.of(Metric.SECONDS, Metric.MEGABYTES), List.of(), lines);
    }

    private static Domain.Setting setting(Path place, Way way) {
        String options = "max_concurrent_starts: " + way.atOnce() + "\ncontrollers: {realms: {" + ON_DEMAND
                + ": {idle_after: 1}}}\n";
        return new Domain.Setting(place, options, false);
    }

    /** The realms, and the archive. */
    private void make(Stage stage, Domain.Setting setting) throws IOException {
        Domain domain = stage.domain(setting);
        for (int i = 1; i <= realms; i++) {
            domain.create("realm" + i);
        }
        domain.create(ON_DEMAND);
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(QUIET_SECONDS));
        domain.stop();
    }

    /** A file where the directory should be. */
    private static void forbidArchive(Path archives) throws IOException {
        Stage.delete(archives);
        Files.createFile(archives);
    }

    private List<Line> lines(Stage stage, Domain.Setting setting, Way way) throws IOException {
        List<Optional<Round>> rounds = new ArrayList<>();
        for (int round = 0; round < stage.pace().rounds(); round++) {
            rounds.add(Calm.attempt(stage.pace(), () -> round(stage, setting)));
        }
        List<Line> lines = new ArrayList<>();
        lines.add(line(way.name(), rounds, Round::all));
        if (!way.one().isEmpty()) {
            lines.add(line(way.one(), rounds, Round::alone));
            lines.add(line(way.one().replace("one alone", "on demand, first call"), rounds, Round::called));
        }
        return lines;
    }

    private interface Part {
        Map<Metric, Double> of(Round round);
    }

    private static Line line(String name, List<Optional<Round>> rounds, Part part) {
        return Rounds.line(
                name, "", rounds.stream().map(round -> round.map(part::of)).toList());
    }

    private Optional<Round> round(Stage stage, Domain.Setting setting) throws IOException {
        Calm calm = Calm.begin();
        Domain domain = stage.domain(setting);
        List<Domain.Controller> running = new ArrayList<>();
        for (int i = 1; i <= realms; i++) {
            running.add(domain.controller("realm" + i));
        }
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(QUIET_SECONDS));
        Map<Metric, Double> all = figures(running);
        Map<Metric, Double> called = called(domain);
        domain.create(ALONE);
        List<Domain.Controller> one = List.of(domain.controller(ALONE));
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        Round round = new Round(all, figures(one), called);
        boolean counts = calm.held(stage.pace());
        domain.call("delete_mrealm_by_name", ALONE);
        domain.stop();
        return counts ? Optional.of(round) : Optional.empty();
    }

    /** The way of somebody who comes to a realm in which nobody is. */
    private static Map<Metric, Double> called(Domain domain) throws IOException {
        if (!"idle".equals(domain.state(ON_DEMAND).get("state"))) {
            throw new IllegalStateException("expected a realm that is idle, but found " + domain.state(ON_DEMAND));
        }
        long began = System.nanoTime();
        try (ClientSession first = domain.owner(ON_DEMAND)) {
            Domain.await(first.call(Domain.MREALM + "get_status"), "get_status");
        }
        return Map.of(Metric.SECONDS, (System.nanoTime() - began) / 1e9);
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
}
