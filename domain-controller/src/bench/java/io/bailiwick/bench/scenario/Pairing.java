package io.bailiwick.bench.scenario;

import io.bailiwick.bench.harness.Calm;
import io.bailiwick.bench.harness.Steadiness;
import io.bailiwick.bench.realm.Domain;
import io.bailiwick.bench.report.Line;
import io.bailiwick.bench.report.Metric;
import io.bailiwick.bench.report.Outcome;
import io.bailiwick.bench.report.Pair;
import io.bailiwick.bench.wire.Key;
import io.bailiwick.router.codec.Arguments;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;

/** Nodes that are paired by one client, many at a time, beside the signatures that one processor verifies in the same run. */
final class Pairing implements Scenario {
    private static final String REALM = "fleet";
    private static final int IN_FLIGHT = 256;
    /** In a window. */
    private static final int NUMBER = 4_000;
    /** Windows that the warming up takes at most. */
    private static final int WARM_UP = 15;

    private static final int FIRST = 1;

    @Override
    public String name() {
        return "pairing";
    }

    @Override
    public String title() {
        return "pair_node of fresh keys by one client, " + IN_FLIGHT
                + " in flight, answered when they are on disk; beside it verifications of Ed25519 on one processor";
    }

    @Override
    public Outcome run(Stage stage) throws IOException {
        Domain domain = stage.domain(new Domain.Setting(stage.place("pairing"), "max_concurrent_starts: 2\n", true));
        try {
            domain.create(REALM);
            Client client = new Client(domain);
            client.warmUp();
            List<Optional<Map<Metric, Double>>> pairings = new ArrayList<>();
            List<Optional<Map<Metric, Double>>> floors = new ArrayList<>();
            for (int round = 0; round < stage.pace().rounds(); round++) {
                pairings.add(Calm.attempt(stage.pace(), () -> client.window(stage)));
                floors.add(Calm.attempt(stage.pace(), () -> verifications(stage)));
            }
            List<Line> lines =
                    List.of(Rounds.line("bailiwick", "", pairings), Rounds.line("Ed25519, verified", "", floors));
            List<Metric> compared = List.of(Metric.RATE);
            Pair pair = new Pair("bailiwick", "Ed25519, verified", compared);
            return new Outcome(name(), title(), compared, List.of(pair), lines);
        } finally {
            stage.clear();
        }
    }

    /** One that pairs. */
    private static final class Client {
        private final Domain domain;
        private final Semaphore room = new Semaphore(IN_FLIGHT);
        private final AtomicReference<Throwable> failed = new AtomicReference<>();
        private int next = FIRST;

        Client(Domain domain) {
            this.domain = domain;
        }

        /** Pairs until that takes as long as before, and the compilers have had their part. */
        void warmUp() throws IOException {
            Steadiness steadiness = new Steadiness();
            for (int i = 0; i < WARM_UP && !steadiness.holds(); i++) {
                List<Key> keys = keys(NUMBER);
                double compilers = domain.process().compilers();
                double cpu = domain.process().cpu();
                long began = System.nanoTime();
                pair(keys);
                double seconds = (System.nanoTime() - began) / 1e9;
                steadiness.add(
                        NUMBER / (domain.process().cpu() - cpu),
                        (domain.process().compilers() - compilers) / seconds);
            }
        }

        private List<Key> keys(int number) {
            List<Key> keys = new ArrayList<>();
            for (int i = 0; i < number; i++) {
                keys.add(new Key(next++));
            }
            return keys;
        }

        /** Pairs them, and waits until all are answered. */
        private Histogram pair(List<Key> keys) {
            ConcurrentLinkedQueue<Long> took = new ConcurrentLinkedQueue<>();
            for (Key key : keys) {
                room.acquireUninterruptibly();
                long began = System.nanoTime();
                domain.session()
                        .call(
                                Domain.MREALM + "pair_node",
                                Arguments.of(key.publicHex(), REALM, key.authid()),
                                Duration.ofMinutes(1))
                        .whenComplete((paired, failure) -> {
                            took.add(System.nanoTime() - began);
                            failed.compareAndSet(null, failure);
                            room.release();
                        });
            }
            room.acquireUninterruptibly(IN_FLIGHT);
            room.release(IN_FLIGHT);
            if (failed.get() != null) {
                throw new IllegalStateException("expected all to be paired, but: " + failed.get());
            }
            Histogram histogram = new Histogram(3);
            took.forEach(histogram::recordValue);
            return histogram;
        }

        /** Some thousands; the keys are made before. */
        Optional<Map<Metric, Double>> window(Stage stage) {
            List<Key> keys = keys(NUMBER);
            Calm calm = Calm.begin();
            double cpu = domain.process().cpu();
            long began = System.nanoTime();
            Histogram took = pair(keys);
            double seconds = (System.nanoTime() - began) / 1e9;
            cpu = domain.process().cpu() - cpu;
            Map<Metric, Double> figures = new EnumMap<>(Metric.class);
            figures.put(Metric.RATE, took.getTotalCount() / seconds);
            figures.put(Metric.PER_CPU, took.getTotalCount() / cpu);
            figures.put(Metric.SERVER_SHARE, cpu / seconds);
            figures.put(Metric.P50, took.getValueAtPercentile(50) / 1e3);
            figures.put(Metric.P99, took.getValueAtPercentile(99) / 1e3);
            return calm.held(stage.pace()) ? Optional.of(figures) : Optional.empty();
        }
    }

    private static Optional<Map<Metric, Double>> verifications(Stage stage) {
        Key.Signed signed = new Key(0).signed();
        Calm calm = Calm.begin();
        long began = System.nanoTime();
        long end = began + stage.pace().window().toNanos();
        long number = 0;
        while (System.nanoTime() < end) {
            if (!signed.holds()) {
                throw new IllegalStateException("expected a signature that holds, but it does not");
            }
            number++;
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        return calm.held(stage.pace()) ? Optional.of(Map.of(Metric.RATE, number / seconds)) : Optional.empty();
    }
}
