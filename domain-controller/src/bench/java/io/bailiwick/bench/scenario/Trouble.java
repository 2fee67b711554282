package io.bailiwick.bench.scenario;

import io.bailiwick.bench.harness.Contest;
import io.bailiwick.bench.harness.Contestant;
import io.bailiwick.bench.harness.ServerProcess;
import io.bailiwick.bench.load.Disturbed;
import io.bailiwick.bench.load.Load;
import io.bailiwick.bench.peer.Server;
import io.bailiwick.bench.report.Line;
import io.bailiwick.bench.report.Metric;
import io.bailiwick.bench.report.Outcome;
import io.bailiwick.bench.report.Pair;
import io.bailiwick.bench.wire.Encoding;
import io.bailiwick.bench.wire.Generator;
import io.bailiwick.bench.wire.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Scenarios in which loads are measured by themselves and while something troubles the same server. The relay goes through
 * the same: what happens to it is the machine's and the generator's share, since both loads come from one processor.
 *
 * @param name of the scenario
 * @param title what is done
 * @param setting what the router needs for it
 * @param probes the loads that are measured
 * @param warmUp at most, where it takes longer than the pace says
 * @param trouble makes the other
 */
record Trouble(String name, String title, Server.Setting setting, List<Probe> probes, Duration warmUp, Opening trouble)
        implements Scenario {
    private static final Server.Wish WISH = new Server.Wish(false, Encoding.MSGPACK);

    /** Makes a load on a server. */
    interface Opening {
        Load open(Generator generator, Target target);
    }

    /**
     * A load that is measured, on a loop of its own.
     *
     * @param how it differs from the first, in its contestants' names; empty for the first
     * @param compared disturbed with undisturbed
     */
    record Probe(String how, List<Metric> compared, Opening opening) {}

    @Override
    public Outcome run(Stage stage) throws IOException {
        List<Contestant> contestants = new ArrayList<>();
        List<Pair> pairs = new ArrayList<>();
        try (Generator generator = new Generator()) {
            for (Server server : List.of(Stage.subject(), stage.relay(false))) {
                ServerProcess process = stage.start(server, setting);
                stage.say(name + ": " + server.name() + " is process " + process.pid());
                Target target = server.target(process, WISH);
                Load troubling = trouble.open(stage.generator(), target);
                for (Probe probe : probes) {
                    Load alone = probe.opening().open(generator, target);
                    String speech = target.speech().toString();
                    Pair pair = new Pair(
                            server.name() + probe.how() + " disturbed",
                            server.name() + probe.how() + " alone",
                            probe.compared());
                    pairs.add(pair);
                    contestants.add(new Contestant(pair.of(), speech, process, new Disturbed(alone, troubling)));
                    contestants.add(new Contestant(pair.to(), speech, process, alone));
                }
            }
            List<Line> lines = new Contest(stage.pace().withWarmUp(warmUp))
                    .run(contestants).stream().map(Rates::line).toList();
            contestants.forEach(each -> each.load().close());
            return new Outcome(name, title, shown(), pairs, lines);
        } finally {
            stage.clear();
        }
    }

    private List<Metric> shown() {
        return probes.stream()
                .flatMap(probe -> probe.compared().stream())
                .distinct()
                .toList();
    }
}
