package io.bailiwick.bench.scenario;

import io.bailiwick.bench.harness.Calm;
import io.bailiwick.bench.harness.Contest;
import io.bailiwick.bench.harness.Contestant;
import io.bailiwick.bench.harness.ServerProcess;
import io.bailiwick.bench.load.EventLoad;
import io.bailiwick.bench.load.Load;
import io.bailiwick.bench.peer.Server;
import io.bailiwick.bench.report.Line;
import io.bailiwick.bench.report.Metric;
import io.bailiwick.bench.report.Outcome;
import io.bailiwick.bench.report.Pair;
import io.bailiwick.bench.wire.Client;
import io.bailiwick.bench.wire.Encoding;
import io.bailiwick.bench.wire.Generator;
import io.bailiwick.bench.wire.Part;
import io.bailiwick.bench.wire.Role;
import io.bailiwick.bench.wire.Target;
import java.io.IOException;
import java.util.ArrayList;
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

    /**
     * A server that is to have the patterns, beside one of its kind without.
     *
     * @param subscribing what that took, round by round
     */
    private record Crowded(Contestant with, Target target, List<Optional<Map<Metric, Double>>> subscribing) {}

    @Override
    public Outcome run(Stage stage) throws IOException {
        List<Server> servers = new ArrayList<>(List.of(Stage.subject()));
        servers.addAll(stage.peers());
        List<Contestant> contestants = new ArrayList<>();
        List<Crowded> crowds = new ArrayList<>();
        List<Line> lines = new ArrayList<>();
        List<Pair> pairs = new ArrayList<>();
        try {
            for (Server server : servers) {
                Contestant with = contestant(stage, server, server.name() + " with patterns");
                Contestant without = contestant(stage, server, server.name() + " without");
                crowds.add(new Crowded(with, server.target(with.server(), WISH), new ArrayList<>()));
                contestants.add(with);
                contestants.add(without);
                pairs.add(new Pair(with.name(), without.name(), List.of(Metric.PER_CPU)));
            }
            for (Line lost : subscribe(stage, crowds)) {
                lines.add(lost);
                contestants.removeIf(each -> each.name().equals(lost.contestant()));
            }
            for (Contest.Course course : new Contest(stage.pace()).run(contestants)) {
                lines.add(Rates.line(course));
            }
            for (Crowded crowd : crowds) {
                lines.add(Rounds.line(subscribing(crowd), crowd.with().speech(), crowd.subscribing()));
            }
            return new Outcome(name(), title(), List.of(Metric.PER_CPU, Metric.SECONDS), pairs, lines);
        } finally {
            contestants.forEach(each -> each.load().close());
            stage.clear();
        }
    }

    private static String subscribing(Crowded crowd) {
        return crowd.with().name() + ", subscribing";
    }

    /**
     * Measures it, in turns, and leaves each with the patterns. Who cannot have them is no crowd any more.
     *
     * @return the lines of those who cannot
     */
    private static List<Line> subscribe(Stage stage, List<Crowded> crowds) throws IOException {
        List<Line> lost = new ArrayList<>();
        // Once to warm up, as all else here is.
        turns(crowds, lost, crowd -> subscribed(stage, crowd));
        for (int round = 0; round < stage.pace().rounds(); round++) {
            turns(crowds, lost, crowd -> crowd.subscribing()
                    .add(Calm.attempt(stage.pace(), () -> subscribed(stage, crowd))));
        }
        turns(crowds, lost, crowd -> subscribeAll(stage.generator(), join(stage.generator(), crowd.target())));
        return lost;
    }

    private interface Turn {
        void of(Crowded crowd) throws IOException;
    }

    private static void turns(List<Crowded> crowds, List<Line> lost, Turn turn) throws IOException {
        for (Crowded crowd : List.copyOf(crowds)) {
            try {
                turn.of(crowd);
            } catch (IllegalStateException tooSlow) {
                Contestant with = crowd.with();
                crowds.remove(crowd);
                with.load().close();
                with.server().close();
                lost.add(Line.lost(with.name(), with.speech(), String.valueOf(tooSlow.getMessage())));
            }
        }
    }

    /** What it takes of a session that has joined and leaves again; empty when others were busy. Nothing of it is left behind. */
    private static Optional<Map<Metric, Double>> subscribed(Stage stage, Crowded crowd) {
        ServerProcess server = crowd.with().server();
        Client client = join(stage.generator(), crowd.target());
        server.awaitRest();
        Calm calm = Calm.begin();
        double cpu = server.cpu();
        long start = System.nanoTime();
        subscribeAll(stage.generator(), client);
        double seconds = (System.nanoTime() - start) / 1e9;
        cpu = server.cpu() - cpu;
        boolean held = calm.held(stage.pace());
        stage.generator().close(List.of(client));
        server.awaitRest();
        return held ? Optional.of(Map.of(Metric.SECONDS, seconds, Metric.CPU_SECONDS, cpu)) : Optional.empty();
    }

    private Contestant contestant(Stage stage, Server server, String title) throws IOException {
        ServerProcess process = stage.start(server, SETTING);
        Target target = server.target(process, WISH);
        Load load = EventLoad.open(stage.generator(), target, target, SHAPE);
        return new Contestant(title, target.speech().toString(), process, load);
    }

    private static Client join(Generator generator, Target target) {
        return Generator.await(
                generator.connect(target, Part.of(Role.SUBSCRIBER, 1, 200), Optional.empty(), (gone, reason) -> {}));
    }

    /** Subscribes to all of them from one session. */
    private static void subscribeAll(Generator generator, Client client) {
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
    }
}
