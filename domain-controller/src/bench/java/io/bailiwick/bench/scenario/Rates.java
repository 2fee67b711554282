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

/**
 * Scenarios in which the same load is put to the router, the relay and the peers in turns.
 *
 * @param name of the scenario
 * @param title what is done
 * @param wish the transport and format that it is about
 * @param setting what the router needs for it
 * @param compared with the others
 * @param warmUp at most, where it takes longer than the pace says
 * @param opening makes the load on one server
 */
record Rates(
        String name,
        String title,
        Server.Wish wish,
        Server.Setting setting,
        List<Metric> compared,
        Duration warmUp,
        Opening opening)
        implements Scenario {
    private static final Map<Metric, ToDoubleFunction<Window>> FIGURES = figures();

    /** Makes the load on one server. */
    interface Opening {
        Load open(Generator generator, Server server, Target target);
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
        List<Contestant> contestants = new ArrayList<>();
        List<Line> absent = new ArrayList<>();
        try {
            contestants.add(contestant(stage, Stage.subject()));
            contestants.add(contestant(stage, stage.relay(wish.webSocket())));
            // Principals are made for the router alone.
            for (Server peer : setting.keys() > 0 ? List.<Server>of() : stage.peers()) {
                try {
                    contestants.add(contestant(stage, peer));
                } catch (IOException | IllegalStateException cannot) {
                    absent.add(new Line(peer.name(), peer.speech(wish).toString(), Map.of(), cannot.toString()));
                }
            }
            List<Line> lines = new ArrayList<>();
            new Contest(stage.pace().withWarmUp(warmUp)).run(contestants).forEach(course -> lines.add(line(course)));
            lines.addAll(absent);
            return new Outcome(name, title, compared, lines);
        } finally {
            contestants.forEach(each -> each.load().close());
            stage.clear();
        }
    }

    private Contestant contestant(Stage stage, Server server) throws IOException {
        ServerProcess process = stage.start(server, setting);
        Target target = server.target(process, wish);
        Load load;
        try {
            load = opening.open(stage.generator(), server, target);
        } catch (IllegalStateException cannot) {
            process.close();
            throw cannot;
        }
        stage.say(name + ": " + server.name() + " is process " + process.pid());
        return new Contestant(server.name(), target.speech().toString(), process, load);
    }

    /** What was found of a contestant, with all figures of its windows. */
    static Line line(Contest.Course course) {
        Contestant contestant = course.contestant();
        Map<Metric, Series> figures = new LinkedHashMap<>();
        String note = "";
        if (course.fault() != null) {
            note = "no figure: " + course.fault();
        } else if (!course.isMeasured()) {
            note = "not measured (noise)";
        } else {
            FIGURES.forEach((metric, figure) -> figures.put(
                    metric,
                    new Series(course.windows().stream()
                            .map(window -> window.map(figure::applyAsDouble).orElse(Double.NaN))
                            .toList())));
        }
        return new Line(contestant.name(), contestant.speech(), figures, note);
    }
}
