package io.bailiwick.bench.scenario;

import io.bailiwick.bench.harness.Calm;
import io.bailiwick.bench.load.HeartbeatLoad;
import io.bailiwick.bench.realm.Domain;
import io.bailiwick.bench.realm.StoreOpening;
import io.bailiwick.bench.report.Line;
import io.bailiwick.bench.report.Metric;
import io.bailiwick.bench.report.Outcome;
import io.bailiwick.bench.report.Pair;
import io.bailiwick.bench.wire.Key;
import io.bailiwick.router.client.ClientSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The way of a realm and of a node into the domain, and the domain's way back after it was killed. */
final class Lifecycle implements Scenario {
    private static final String REALM = "fleet";
    private static final int NODES = 100_000;
    /** Until the class archive is made. */
    private static final long ARCHIVE_SECONDS = 8;

    private static final String RESTART = "restart with 100,000 nodes";
    private static final String PARTS = "opening the store, and a start without nodes";

    private static final double NANOS = 1e9;

    @Override
    public String name() {
        return "lifecycle";
    }

    @Override
    public String title() {
        return "create_mrealm to its answer; pair_node to the first heartbeat of a node that connects then, seen by get_node;"
                + " restart of a killed domain with 100,000 nodes until its realm is ready, on all processors";
    }

    private interface Part {
        Optional<Map<Metric, Double>> seconds() throws IOException;
    }

    private static Optional<Map<Metric, Double>> found(boolean held, double seconds) {
        return held ? Optional.of(Map.of(Metric.SECONDS, seconds)) : Optional.empty();
    }

    @Override
    public Outcome run(Stage stage) throws IOException {
        List<Line> lines = new ArrayList<>();
        try {
            Domain domain = stage.domain(setting(stage.place("lifecycle")));
            domain.create(REALM);
            // The first of all makes the archive.
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(ARCHIVE_SECONDS));
            int[] number = {0};
            lines.add(line(stage, "create_mrealm", () -> created(stage, domain, "another" + number[0]++)));
            int[] node = {1};
            lines.add(line(stage, "pair_node to heartbeat", () -> heard(stage, domain, node[0]++)));
        } finally {
            stage.clear();
        }
        lines.addAll(restarts(stage));
        List<Metric> compared = List.of(Metric.SECONDS);
        return new Outcome(name(), title(), compared, List.of(new Pair(RESTART, PARTS, compared)), lines);
    }

    private static Domain.Setting setting(Path directory) {
        return new Domain.Setting(directory, "max_concurrent_starts: 2\n", false);
    }

    private static Line line(Stage stage, String name, Part part) throws IOException {
        List<Optional<Map<Metric, Double>>> rounds = new ArrayList<>();
        for (int round = 0; round < stage.pace().rounds(); round++) {
            rounds.add(Calm.attempt(stage.pace(), part::seconds));
        }
        return Rounds.line(name, "", rounds);
    }

    private static Optional<Map<Metric, Double>> created(Stage stage, Domain domain, String realm) throws IOException {
        Calm calm = Calm.begin();
        double seconds = domain.create(realm);
        boolean held = calm.held(stage.pace());
        domain.call("delete_mrealm_by_name", realm);
        return found(held, seconds);
    }

    private static Optional<Map<Metric, Double>> heard(Stage stage, Domain domain, int number) throws IOException {
        HeartbeatLoad node = HeartbeatLoad.closed(stage.generator(), 1);
        try (ClientSession owner = domain.owner(REALM)) {
            Calm calm = Calm.begin();
            long began = System.nanoTime();
            Key key = new Key(number);
            domain.call("pair_node", key.publicHex(), REALM, key.authid());
            node.connect(Heartbeats.target(domain), number, number + 1);
            node.one();
            Object heartbeat = null;
            while (heartbeat == null) {
                Object told = Domain.await(owner.call("crossbarfabriccenter.mrealm.get_node", key.authid()), "get_node")
                        .list()
                        .get(0);
                heartbeat = told instanceof Map<?, ?> row ? row.get("heartbeat") : null;
            }
            double seconds = (System.nanoTime() - began) / NANOS;
            return found(calm.held(stage.pace()), seconds);
        } finally {
            node.close();
        }
    }

    private static List<Line> restarts(Stage stage) throws IOException {
        Domain.Setting full = setting(stage.place("full"));
        Domain.Setting empty = setting(stage.place("empty"));
        try {
            for (Domain.Setting each : List.of(full, empty)) {
                Domain domain = stage.domain(each);
                domain.create(REALM);
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(ARCHIVE_SECONDS));
                if (each.equals(full)) {
                    Heartbeats.pair(domain, 0, NODES);
                }
                domain.kill();
            }
            List<Optional<Map<Metric, Double>>> whole = new ArrayList<>();
            List<Optional<Map<Metric, Double>>> parts = new ArrayList<>();
            for (int round = 0; round < stage.pace().rounds(); round++) {
                whole.add(Calm.attempt(stage.pace(), () -> restarted(stage, full, Calm.begin(), 0)));
                parts.add(Calm.attempt(stage.pace(), () -> opened(stage, full, empty)));
            }
            return List.of(Rounds.line(RESTART, "", whole), Rounds.line(PARTS, "", parts));
        } finally {
            stage.clear();
        }
    }

    /**
     * Starts a domain that was killed, until its realm is ready, and kills it again.
     *
     * @param calm since when nobody else was to be busy
     * @param more seconds to add
     */
    private static Optional<Map<Metric, Double>> restarted(Stage stage, Domain.Setting setting, Calm calm, double more)
            throws IOException {
        long began = System.nanoTime();
        Domain domain = stage.domain(setting);
        domain.controller(REALM);
        double seconds = (System.nanoTime() - began) / NANOS;
        boolean held = calm.held(stage.pace());
        domain.kill();
        return found(held, seconds + more);
    }

    /** Opens a copy of the one's store in a process that has just started, and starts the other. */
    private static Optional<Map<Metric, Double>> opened(Stage stage, Domain.Setting full, Domain.Setting empty)
            throws IOException {
        Path copy = stage.place("store");
        try (Stream<Path> files = Files.list(full.directory().resolve("data").resolve("domain"))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        Calm calm = Calm.begin();
        double seconds = StoreOpening.seconds(copy);
        Stage.delete(copy);
        return restarted(stage, empty, calm, seconds);
    }
}
