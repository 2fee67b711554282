package io.bailiwick.bench.scenario;

import io.bailiwick.bench.harness.Calm;
import io.bailiwick.bench.load.HeartbeatLoad;
import io.bailiwick.bench.load.RpcLoad;
import io.bailiwick.bench.load.Sample;
import io.bailiwick.bench.realm.Domain;
import io.bailiwick.bench.report.Line;
import io.bailiwick.bench.report.Metric;
import io.bailiwick.bench.report.Outcome;
import io.bailiwick.bench.wire.Key;
import io.bailiwick.router.fault.FailPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * One realm goes mad, in each way there is, while the controller of another is called a thousand times a second: how long
 * those calls take from the beginning of the trouble until the mad one is well again, and when it was noticed. In each round
 * the same calls are measured first with both realms well.
 */
final class MadRealm implements Scenario {
    private static final String WELL = "well";
    private static final String MAD = "mad";
    /** The node that calls in the one realm, and the one whose heartbeats the other stores. */
    private static final int CALLER = 1;

    private static final int NEIGHBOUR = 2;
    private static final int PER_SECOND = 1_000;
    /** The standard times, but for a budget that would be used up; and no sandbox, in which nobody could arm a fault. */
    private static final String OPTIONS =
            "max_concurrent_starts: 2\nrestarts: {waits: [1], budget: 1000000}\ncontrollers: {sandbox: none}\n";

    /** From one look at the mad realm to the next; as many heartbeats come to it. */
    private static final Duration LOOK = Duration.ofMillis(50);

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** Windows with both realms well, in each round. */
    private static final int WELL_WINDOWS = 3;

    private static final long QUIET_SECONDS = 6;
    private static final double NANOS = 1e9;
    private static final double MICROS = 1e3;

    private final boolean oneProcessor;

    /** In a domain that has all processors, or one for all of its processes together. */
    MadRealm(boolean oneProcessor) {
        this.oneProcessor = oneProcessor;
    }

    /** What befalls a realm. */
    private enum Madness {
        MEMORY("beside one out of memory", "out of memory"),
        STOPPED("beside one that is stopped (SIGSTOP)", "hung"),
        LOOPING("beside one that loops", "hung"),
        DISK("beside one whose disk is full", "the disk is full");

        private final String title;
        private final String reason;

        Madness(String title, String reason) {
            this.title = title;
            this.reason = reason;
        }
    }

    @Override
    public String name() {
        return oneProcessor ? "mad-realm-one" : "mad-realm";
    }

    @Override
    public String title() {
        return "calls of a realm's controller, 1,000 a second, while another realm goes mad, until that is well again; the domain"
                + (oneProcessor ? " with all its processes has one processor" : " has all processors");
    }

    @Override
    public Outcome run(Stage stage) throws IOException {
        Path directory = stage.place("mad");
        Path places = Files.createDirectories(directory.resolve("places").resolve(MAD));
        Domain.Setting setting = new Domain.Setting(directory, OPTIONS, oneProcessor, armed(places.getParent()));
        try {
            Domain domain = stage.domain(setting);
            for (String realm : List.of(WELL, MAD)) {
                domain.create(realm);
            }
            pair(domain, CALLER, WELL);
            pair(domain, NEIGHBOUR, MAD);
            try (RpcLoad calls = RpcLoad.ofNode(
                            stage.generator(),
                            Heartbeats.target(domain),
                            new Key(CALLER),
                            Domain.MREALM + "get_status",
                            PER_SECOND);
                    HeartbeatLoad neighbour = HeartbeatLoad.closed(stage.generator(), 1)) {
                neighbour.connect(Heartbeats.target(domain), NEIGHBOUR, NEIGHBOUR + 1);
                return measured(stage, new Play(stage, domain, calls, neighbour, places));
            }
        } catch (IllegalStateException lost) {
            return Outcome.failed(name(), title(), String.valueOf(lost.getMessage()));
        } finally {
            stage.clear();
        }
    }

    /** The environment of a master whose realm controllers can be made to fail. */
    private static Map<String, String> armed(Path places) {
        String name = "BAILIWICK_JAVA_OPTIONS";
        String options = System.getenv().getOrDefault(name, "");
        return Map.of(name, (options + " -D" + FailPoint.PROPERTY + "=" + places).strip());
    }

    private static void pair(Domain domain, int number, String realm) throws IOException {
        Key key = new Key(number);
        domain.call("pair_node", key.publicHex(), realm, key.authid());
    }

    private Outcome measured(Stage stage, Play play) throws IOException {
        List<Optional<Map<Metric, Double>>> well = new ArrayList<>();
        Map<Madness, List<Optional<Map<Metric, Double>>>> mad = new EnumMap<>(Madness.class);
        play.warmUp();
        for (int round = 0; round < stage.pace().rounds(); round++) {
            Optional<Map<Metric, Double>> alone = Calm.attempt(stage.pace(), play::alone);
            well.add(alone);
            double p99 = alone.map(found -> found.get(Metric.P99)).orElse(Double.NaN);
            for (Madness each : Madness.values()) {
                mad.computeIfAbsent(each, first -> new ArrayList<>())
                        .add(Calm.attempt(stage.pace(), () -> play.beside(each, p99)));
            }
        }
        play.end();
        List<Line> lines = new ArrayList<>();
        lines.add(Rounds.line("alone", "", well));
        mad.forEach((madness, rounds) -> lines.add(Rounds.line(madness.title, "", rounds)));
        // Each round has what was found alone just before it.
        return new Outcome(name(), title(), List.of(Metric.P99_OF_ALONE, Metric.BACK), List.of(), lines);
    }

    /**
     * Both realms, with who calls the one and who sends to the other.
     *
     * @param neighbour the node in the mad realm, which stores nothing without one
     * @param places where the faults of the mad realm are armed
     */
    private record Play(Stage stage, Domain domain, RpcLoad calls, HeartbeatLoad neighbour, Path places) {
        /** Makes the archive, and lets compilers do their work. */
        void warmUp() throws IOException {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(QUIET_SECONDS));
            calls.start();
            watchFor(stage.pace().warmUp());
        }

        /** Nothing was lost, whatever happened beside. */
        void end() {
            calls.pause();
        }

        /** Both are well. */
        Optional<Map<Metric, Double>> alone() throws IOException {
            Calm calm = Calm.begin();
            calls.sample();
            watchFor(stage.pace().window().multipliedBy(WELL_WINDOWS));
            Map<Metric, Double> figures = figures(calls.sample());
            return calm.held(stage.pace()) ? Optional.of(figures) : Optional.empty();
        }

        /** One is not, for a while. */
        Optional<Map<Metric, Double>> beside(Madness madness, double alone) throws IOException {
            watchFor(stage.pace().window());
            Calm calm = Calm.begin();
            Object before = domain.state(MAD).get("pid");
            befall(madness);
            calls.sample();
            long began = System.nanoTime();
            Map<?, ?> seen = watch(state -> state.get("reason") != null, madness.title);
            double noticed = (System.nanoTime() - began) / NANOS;
            String reason = String.valueOf(seen.get("reason"));
            if (!reason.startsWith(madness.reason)) {
                throw new IllegalStateException("expected a reason that begins with " + madness.reason + ", but found "
                        + reason + " of one " + madness.title);
            }
            Files.deleteIfExists(full());
            watch(
                    state -> "ready".equals(state.get("state"))
                            && state.get("reason") == null
                            && (madness == Madness.DISK || !Objects.equals(state.get("pid"), before)),
                    "well after " + madness.title);
            Sample sample = calls.sample();
            Map<Metric, Double> figures = figures(sample);
            figures.put(Metric.P99_OF_ALONE, p99(sample) / alone);
            figures.put(Metric.NOTICED, noticed);
            figures.put(Metric.BACK, (System.nanoTime() - began) / NANOS);
            return calm.held(stage.pace()) ? Optional.of(figures) : Optional.empty();
        }

        private static Map<Metric, Double> figures(Sample sample) {
            Map<Metric, Double> figures = new EnumMap<>(Metric.class);
            figures.put(Metric.P50, sample.latencies().getValueAtPercentile(50) / MICROS);
            figures.put(Metric.P99, p99(sample));
            figures.put(Metric.LONGEST, sample.latencies().getMaxValue() / MICROS);
            return figures;
        }

        private static double p99(Sample sample) {
            return sample.latencies().getValueAtPercentile(99) / MICROS;
        }

        private void befall(Madness madness) throws IOException {
            switch (madness) {
                case MEMORY -> arm("exhaust");
                case LOOPING -> arm("spin");
                case STOPPED ->
                    new ProcessBuilder(
                                    "kill",
                                    "-STOP",
                                    String.valueOf(domain.controller(MAD).pid()))
                            .start();
                case DISK -> Files.createFile(full());
            }
        }

        /** Waits until it happens to the thread that does the realm's work. */
        private void arm(String what) throws IOException {
            Path place = Files.writeString(places.resolve("controller.working"), what);
            watch(state -> !Files.exists(place), "where it fails");
        }

        private Path full() {
            return places.resolve("store.full");
        }

        private void watchFor(Duration time) throws IOException {
            long end = System.nanoTime() + time.toNanos();
            watch(state -> System.nanoTime() > end, "watched");
        }

        /** Looks at the mad realm and sends it a heartbeat, as often as always, until it is as wanted. */
        private Map<?, ?> watch(Predicate<Map<?, ?>> wanted, String how) throws IOException {
            long end = System.nanoTime() + PATIENCE.toNanos();
            Map<?, ?> state = domain.state(MAD);
            while (!wanted.test(state)) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException("expected a realm " + how + ", but found " + state);
                }
                neighbour.one();
                LockSupport.parkNanos(LOOK.toNanos());
                state = domain.state(MAD);
            }
            return state;
        }
    }
}
