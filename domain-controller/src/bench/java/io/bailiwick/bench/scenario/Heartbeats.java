package io.bailiwick.bench.scenario;

import io.bailiwick.bench.harness.Calm;
import io.bailiwick.bench.load.HeartbeatLoad;
import io.bailiwick.bench.load.Sample;
import io.bailiwick.bench.realm.Domain;
import io.bailiwick.bench.realm.Footprint;
import io.bailiwick.bench.report.Line;
import io.bailiwick.bench.report.Metric;
import io.bailiwick.bench.report.Outcome;
import io.bailiwick.bench.report.Series;
import io.bailiwick.bench.wire.Encoding;
import io.bailiwick.bench.wire.Key;
import io.bailiwick.bench.wire.Speech;
import io.bailiwick.bench.wire.Target;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Heartbeats on their way from nodes through the router to the store of a realm controller, and what they take there. */
final class Heartbeats implements Scenario {
    private static final String REALM = "fleet";
    private static final int IN_FLIGHT = 1_000;
    private static final int TOGETHER = 64;
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration SETTLED = Duration.ofSeconds(15);
    private static final int SETTLING_TRIES = 6;
    /** Heartbeats of which most have been folded, which a fast fleet sends for that. */
    private static final long FOLDED = 450_000;

    private static final Duration LONGEST = Duration.ofMinutes(2);
    /** Nodes of which is asked whether all is there. */
    private static final int LOOKED_AT = 5;
    /** A procedure gives no more at once. */
    private static final int MOST_TOLD = 500;

    /**
     * One fleet.
     *
     * @param perSecond heartbeats; 0 for as many as are stored
     */
    private record Fleet(String name, int nodes, double perSecond) {}

    private static final List<Fleet> FLEETS = List.of(
            new Fleet("2,000 nodes, 1,000 heartbeats in flight", 2_000, 0),
            new Fleet("2,000 nodes, 5,000 a second", 2_000, 5_000),
            new Fleet("1,000 nodes, every 5 s", 1_000, 400),
            new Fleet("100 nodes, every 5 s", 100, 40));

    @Override
    public String name() {
        return "heartbeats";
    }

    @Override
    public String title() {
        return "heartbeats of nodes and of their processes; one of twenty is acknowledged when it is on disk, of which is the"
                + " latency; CPU of the realm controller alone, which shares its processor with the master";
    }

    @Override
    public Outcome run(Stage stage) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (Fleet fleet : FLEETS) {
            try {
                lines.add(measured(stage, fleet));
            } catch (IllegalStateException lost) {
                lines.add(Line.lost(fleet.name(), "RawSocket cbor", String.valueOf(lost.getMessage())));
            } finally {
                stage.clear();
            }
        }
        List<Metric> shown = List.of(Metric.RATE, Metric.PER_CPU, Metric.P99, Metric.LOG_BYTES, Metric.LOG_BYTES_LATER);
        return new Outcome(name(), title(), shown, List.of(), lines);
    }

    private static Line measured(Stage stage, Fleet fleet) throws IOException {
        Domain domain = stage.domain(new Domain.Setting(stage.place("fleet"), "max_concurrent_starts: 2\n", true));
        domain.create(REALM);
        Domain.Controller controller = domain.controller(REALM);
        pair(domain, 0, fleet.nodes());
        HeartbeatLoad load = fleet.perSecond() == 0
                ? HeartbeatLoad.closed(stage.generator(), IN_FLIGHT)
                : HeartbeatLoad.open(stage.generator(), fleet.perSecond());
        try {
            load.connect(target(domain), 0, fleet.nodes());
            return measured(stage, fleet, load, domain, controller);
        } finally {
            load.close();
        }
    }

    private static Line measured(
            Stage stage, Fleet fleet, HeartbeatLoad load, Domain domain, Domain.Controller controller)
            throws IOException {
        Path store = domain.store(REALM);
        long before = bytes(store);
        load.start();
        LockSupport.parkNanos(WARM_UP.toNanos());
        List<Optional<Map<Metric, Double>>> windows = new ArrayList<>();
        for (int round = 0; round < stage.pace().rounds(); round++) {
            windows.add(Calm.attempt(stage.pace(), () -> window(stage, load, controller, store)));
        }
        for (long end = System.nanoTime() + LONGEST.toNanos();
                fleet.perSecond() == 0 && load.total() < FOLDED && System.nanoTime() < end; ) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        }
        load.pause();
        requireAll(domain, load);
        Line line = Rounds.line(fleet.name(), "RawSocket cbor", windows);
        if (line.figures().isEmpty()) {
            return line;
        }
        Map<Metric, Series> figures = new LinkedHashMap<>(line.figures());
        figures.put(Metric.LOG_BYTES_LATER, new Series(List.of((double) (settled(store) - before) / load.total())));
        return new Line(line.contestant(), line.speech(), figures, "");
    }

    private static Optional<Map<Metric, Double>> window(
            Stage stage, HeartbeatLoad load, Domain.Controller controller, Path store) throws IOException {
        Calm calm = Calm.begin();
        Sample before = load.sample();
        double cpu = Footprint.of(controller.pid()).cpu();
        long bytes = bytes(store);
        LockSupport.parkNanos(stage.pace().window().toNanos());
        Sample after = load.sample();
        cpu = Footprint.of(controller.pid()).cpu() - cpu;
        double seconds = (after.nanos() - before.nanos()) / 1e9;
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.RATE, after.operations() / seconds);
        figures.put(Metric.PER_CPU, after.operations() / cpu);
        figures.put(Metric.SERVER_SHARE, cpu / seconds);
        figures.put(Metric.P50, after.latencies().getValueAtPercentile(50) / 1e3);
        figures.put(Metric.P99, after.latencies().getValueAtPercentile(99) / 1e3);
        figures.put(Metric.LOG_BYTES, (double) (bytes(store) - bytes) / after.operations());
        return calm.held(stage.pace()) ? Optional.of(figures) : Optional.empty();
    }

    /** Pairs the nodes of some keys, named as those are. */
    static void pair(Domain domain, int from, int until) throws IOException {
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (int number = from; number < until; number++) {
            Key key = new Key(number);
            answers.add(domain.session()
                    .call(
                            Domain.MREALM + "pair_node",
                            Arguments.of(key.publicHex(), REALM, key.authid()),
                            Duration.ofMinutes(2)));
            if (answers.size() == TOGETHER) {
                await(answers);
            }
        }
        await(answers);
    }

    private static void await(List<CompletableFuture<?>> answers) throws IOException {
        Domain.await(CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new)), "pair_node");
        answers.clear();
    }

    /** Looks at some nodes: all that they have sent is told, or as much as is told at once. */
    private static void requireAll(Domain domain, HeartbeatLoad load) throws IOException {
        try (ClientSession owner = domain.owner(REALM)) {
            for (int node = 0; node < LOOKED_AT; node++) {
                long sent = Math.min(MOST_TOLD, load.sent(node));
                long end = System.nanoTime() + SETTLED.toNanos();
                long found = -1;
                while (found < sent && System.nanoTime() < end) {
                    Arguments told = Domain.await(
                            owner.call(
                                    "io.bailiwick.mrealm.get_heartbeats",
                                    new Key(node).authid(),
                                    null,
                                    null,
                                    MOST_TOLD),
                            "get_heartbeats");
                    found = ((List<?>) told.list().get(0)).size();
                }
                if (found != sent) {
                    throw new IllegalStateException("expected " + sent + " heartbeats of a node, but found " + found);
                }
            }
        }
    }

    private static long bytes(Path store) throws IOException {
        try (Stream<Path> files = Files.list(store)) {
            return files.filter(file -> file.toString().endsWith(".xd"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    /** The size when it does not shrink any more. */
    private static long settled(Path store) throws IOException {
        long before = bytes(store);
        for (int tried = 0; tried < SETTLING_TRIES; tried++) {
            LockSupport.parkNanos(SETTLED.toNanos());
            long now = bytes(store);
            if (now >= before) {
                return now;
            }
            before = now;
        }
        return before;
    }

    /** Where nodes come in. */
    static Target target(Domain domain) {
        return new Target(domain.process().port(), "/ws", Speech.rawSocket(Encoding.CBOR));
    }
}
