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
import io.bailiwick.bench.wire.Encoding;
import io.bailiwick.bench.wire.Generator;
import io.bailiwick.bench.wire.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Scenarios in which one load is measured by itself and while something troubles the same server. The relay goes through
 * the same: what happens to it is the machine's and the generator's share, since both loads come from one processor.
 *
 * @param name of the scenario
 * @param title what is done
 * @param setting what the router needs for it
 * @param compared disturbed with undisturbed
 * @param warmUp at most, where it takes longer than the pace says
 * @param measured makes the load that is measured, on a loop of its own
 * @param trouble makes the other
 */
record Trouble(
        String name,
        String title,
        Server.Setting setting,
        List<Metric> compared,
        Duration warmUp,
        Opening measured,
        Opening trouble)
        implements Scenario {
    private static final Server.Wish WISH = new Server.Wish(false, Encoding.MSGPACK);

    /** Makes a load on a server. */
    interface Opening {
        Load open(Generator generator, Target target);
    }

    @Override
    public Outcome run(Stage stage) throws IOException {
        List<Contestant> contestants = new ArrayList<>();
        try (Generator probe = new Generator()) {
            for (Server server : List.of(Stage.subject(), stage.relay(false))) {
                ServerProcess process = stage.start(server, setting);
                stage.say(name + ": " + server.name() + " is process " + process.pid());
                Target target = server.target(process, WISH);
                Load alone = measured.open(probe, target);
                Load together = new Disturbed(alone, trouble.open(stage.generator(), target));
                String speech = target.speech().toString();
                contestants.add(new Contestant(server.name() + " disturbed", speech, process, together));
                contestants.add(new Contestant(server.name() + " alone", speech, process, alone));
            }
            List<Line> lines = new Contest(stage.pace().withWarmUp(warmUp))
                    .run(contestants).stream().map(Rates::line).toList();
            contestants.forEach(each -> each.load().close());
            return new Outcome(name, title, compared, lines);
        } finally {
            stage.clear();
        }
    }
}
