package io.bailiwick.bench.scenario;

import io.bailiwick.bench.harness.Contest;
import io.bailiwick.bench.harness.Contestant;
import io.bailiwick.bench.harness.ServerProcess;
import io.bailiwick.bench.harness.Window;
import io.bailiwick.bench.load.Load;
import io.bailiwick.bench.peer.Server;
import io.bailiwick.bench.report.Line;
import io.bailiwick.bench.report.Metric;
import io.bailiwick.bench.report.Outcome;
import io.bailiwick.bench.report.Pair;
import io.bailiwick.bench.report.Series;
import io.bailiwick.bench.wire.Generator;
import io.bailiwick.bench.wire.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Scenarios in which the same load is put to the router, the relay and the peers in turns. Where there are several loads, they take
 * turns too: the first is put to all, the others to the router and the relay, and each of these is compared with the first.
 *
 * @param loads what is done
 * @param wish the transport and format that it is about
 * @param setting what the router needs for it
 * @param compared with the others
 * @param warmUp at most, where it takes longer than the pace says
 */
record Rates(List<Kind> loads, Server.Wish wish, Server.Setting setting, List<Metric> compared, Duration warmUp)
        implements Scenario {
    private static final Map<Metric, ToDoubleFunction<Window>> FIGURES = figures();

    /**
     * A load.
     *
     * @param name on the command line
     * @param title what is done
     * @param opening makes it on one server
     */
    record Kind(String name, String title, Opening opening) {}

    /** Makes the load on one server. */
    interface Opening {
        Load open(Generator generator, Server server, Target target);
    }

    @Override
    public String name() {
        return loads.get(0).name();
    }

    @Override
    public List<String> names() {
        return loads.stream().map(Kind::name).toList();
    }

    @Override
    public String title() {
        return loads.stream()
                .map(load -> load.name().equals(name()) ? load.title() : load.name() + ": " + load.title())
                .collect(Collectors.joining("; "));
    }

    private static Map<Metric, ToDoubleFunction<Window>> figures() {
        Map<Metric, ToDoubleFunction<Window>> figures = new LinkedHashMap<>();
        figures.put(Metric.PER_CPU, Window::perCpuSecond);
        figures.put(Metric.RATE, Window::rate);
        figures.put(Metric.CPU_PER_OPERATION, Window::cpuPerOperation);
        figures.put(Metric.P50, Window::p50);
        figures.put(Metric.P99, Window::p99);
        figures.put(Metric.SERVER_SHARE, window -> window.serverCpu() / window.seconds());
        figures.put(Metric.GENERATOR_SHARE, window -> window.generatorCpu() / window.seconds());
        return figures;
    }

    @Override
    public Outcome run(Stage stage) throws IOException {
        List<Server> own = List.of(Stage.subject(), stage.relay(wish.webSocket()));
        List<Contestant> contestants = new ArrayList<>();
        List<Line> absent = new ArrayList<>();
        try {
            for (Kind load : loads) {
                for (Server server : own) {
                    contestants.add(contestant(stage, server, load));
                }
            }
            // Principals are made for the router alone.
            for (Server peer : setting.keys() > 0 ? List.<Server>of() : stage.peers()) {
                try {
                    contestants.add(contestant(stage, peer, loads.get(0)));
                } catch (IOException | IllegalStateException cannot) {
                    absent.add(new Line(peer.name(), peer.speech(wish).toString(), Map.of(), cannot.toString()));
                }
            }
            List<Line> lines = new ArrayList<>();
            new Contest(stage.pace().withWarmUp(warmUp)).run(contestants).forEach(course -> lines.add(line(course)));
            lines.addAll(absent);
            return new Outcome(name(), title(), compared, pairs(own, stage.peers()), lines);
        } finally {
            contestants.forEach(each -> each.load().close());
            stage.clear();
        }
    }

    private List<Pair> pairs(List<Server> own, List<Server> peers) {
        List<Pair> pairs = new ArrayList<>();
        Server subject = own.get(0);
        Kind first = loads.get(0);
        for (Kind load : loads) {
            List<String> names = new ArrayList<>();
            own.forEach(server -> names.add(name(server, load)));
            if (load.equals(first)) {
                peers.forEach(server -> names.add(name(server, load)));
            } else {
                pairs.add(new Pair(name(subject, load), name(subject, first), compared));
            }
            pairs.addAll(Pair.withFirst(names, compared));
        }
        return pairs;
    }

    /** That of the server; with the load's, if that is not the first. */
    private String name(Server server, Kind load) {
        return load.equals(loads.get(0)) ? server.name() : server.name() + " " + load.name();
    }

    private Contestant contestant(Stage stage, Server server, Kind kind) throws IOException {
        ServerProcess process = stage.start(server, setting);
        Target target = server.target(process, wish);
        Load load;
        try {
            load = kind.opening().open(stage.generator(), server, target);
        } catch (IllegalStateException cannot) {
            process.close();
            throw cannot;
        }
        stage.say(name() + ": " + name(server, kind) + " is process " + process.pid());
        return new Contestant(name(server, kind), target.speech().toString(), process, load);
    }

    /** What was found of a contestant, with all figures of its windows. */
    static Line line(Contest.Course course) {
        Contestant contestant = course.contestant();
        String fault = course.fault();
        if (fault != null) {
            return Line.lost(contestant.name(), contestant.speech(), fault);
        }
        if (!course.isMeasured()) {
            return Line.noisy(contestant.name(), contestant.speech());
        }
        Map<Metric, Series> figures = new LinkedHashMap<>();
        FIGURES.forEach((metric, figure) -> figures.put(
                metric,
                new Series(course.windows().stream()
                        .map(window -> window.map(figure::applyAsDouble).orElse(Double.NaN))
                        .toList())));
        return new Line(contestant.name(), contestant.speech(), figures, "");
    }
}
