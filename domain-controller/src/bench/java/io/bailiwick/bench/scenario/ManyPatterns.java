package io.bailiwick.bench.scenario;

import io.bailiwick.bench.harness.Contest;
import io.bailiwick.bench.harness.Contestant;
import io.bailiwick.bench.harness.ServerProcess;
import io.bailiwick.bench.load.EventLoad;
import io.bailiwick.bench.load.Load;
import io.bailiwick.bench.peer.Server;
import io.bailiwick.bench.report.Line;
import io.bailiwick.bench.report.Metric;
import io.bailiwick.bench.report.Outcome;
import io.bailiwick.bench.report.Series;
import io.bailiwick.bench.wire.Client;
import io.bailiwick.bench.wire.Encoding;
import io.bailiwick.bench.wire.Generator;
import io.bailiwick.bench.wire.Part;
import io.bailiwick.bench.wire.Role;
import io.bailiwick.bench.wire.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Events by a prefix subscription, among 100,000 subscriptions by prefix and wildcard that do not match, and without them. */
final class ManyPatterns implements Scenario {
    private static final int PATTERNS = 100_000;
    private static final int TOGETHER = 1_000;
    private static final int TOPICS = 10_000;
    private static final Server.Wish WISH = new Server.Wish(false, Encoding.MSGPACK);
    private static final Server.Setting SETTING =
            new Server.Setting("", "subscriptions: 1000000, wildcards: 1000000", 0);
    private static final EventLoad.Shape SHAPE = new EventLoad.Shape(1, 1, 1, 32, TOPICS, 200);

    @Override
    public String name() {
        return "patterns";
    }

    @Override
    public String title() {
        return "1 publisher, 10,000 topics, 1 subscriber by prefix, 32 in flight, among 100,000 patterns and without them;"
                + " the router's bounds on subscriptions of a session are raised to a million";
    }

    @Override
    public Outcome run(Stage stage) throws IOException {
        List<Server> servers = new ArrayList<>(List.of(Stage.subject()));
        servers.addAll(stage.peers());
        List<Contestant> contestants = new ArrayList<>();
        Map<String, Map<Metric, Series>> subscribing = new LinkedHashMap<>();
        List<Line> absent = new ArrayList<>();
        try {
            for (Server server : servers) {
                String crowded = server.name() + " with patterns";
                Contestant without = contestant(stage, server, server.name() + " without");
                try {
                    Contestant with = contestant(stage, server, crowded);
                    Target target = server.target(with.server(), WISH);
                    // Once to warm up, as all else here is: that session leaves.
                    subscribeAll(stage.generator(), target, true);
                    double before = with.server().cpu();
                    double took = subscribeAll(stage.generator(), target, false);
                    double cpu = with.server().cpu() - before;
                    subscribing.put(
                            crowded,
                            Map.of(
                                    Metric.SECONDS, new Series(List.of(took)),
                                    Metric.CPU_SECONDS, new Series(List.of(cpu))));
                    contestants.add(with);
                } catch (IllegalStateException tooSlow) {
                    absent.add(new Line(crowded, without.speech(), Map.of(), "no figure: " + tooSlow.getMessage()));
                }
                contestants.add(without);
            }
            List<Line> lines = new ArrayList<>();
            for (Contest.Course course : new Contest(stage.pace()).run(contestants)) {
                Line line = Rates.line(course);
                Map<Metric, Series> figures = new LinkedHashMap<>(line.figures());
                figures.putAll(subscribing.getOrDefault(line.contestant(), Map.of()));
                lines.add(new Line(line.contestant(), line.speech(), figures, line.note()));
            }
            lines.addAll(absent);
            return new Outcome(name(), title(), List.of(Metric.PER_CPU), lines);
        } finally {
            contestants.forEach(each -> each.load().close());
            stage.clear();
        }
    }

    private Contestant contestant(Stage stage, Server server, String title) throws IOException {
        ServerProcess process = stage.start(server, SETTING);
        Target target = server.target(process, WISH);
        Load load = EventLoad.open(stage.generator(), target, target, SHAPE);
        return new Contestant(title, target.speech().toString(), process, load);
    }

    /**
     * Subscribes to all of them from one session.
     *
     * @param leaves whether the session leaves at once
     * @return the seconds that it took
     */
    private static double subscribeAll(Generator generator, Target target, boolean leaves) {
        Client client = Generator.await(
                generator.connect(target, Part.of(Role.SUBSCRIBER, 1, 200), Optional.empty(), (gone, reason) -> {}));
        long start = System.nanoTime();
        for (int from = 0; from < PATTERNS; from += TOGETHER) {
            int first = from;
            Generator.await(generator.ask(() -> {
                List<CompletableFuture<Void>> some = new ArrayList<>();
                for (int i = first; i < first + TOGETHER; i++) {
                    boolean prefix = i % 2 == 0;
                    String pattern = prefix ? "com.example.other" + i + "." : "com.example..other" + i;
                    some.add(client.subscribe(pattern, prefix ? "prefix" : "wildcard"));
                }
                return CompletableFuture.allOf(some.toArray(CompletableFuture[]::new));
            }));
        }
        double took = (System.nanoTime() - start) / 1e9;
        if (leaves) {
            generator.close(List.of(client));
        }
        return took;
    }
}
