package io.bailiwick.bench.scenario;

import io.bailiwick.bench.harness.Contest;
import io.bailiwick.bench.harness.Contestant;
import io.bailiwick.bench.harness.ServerProcess;
import io.bailiwick.bench.load.Load;
import io.bailiwick.bench.load.RpcLoad;
import io.bailiwick.bench.peer.BailiwickServer;
import io.bailiwick.bench.peer.Server;
import io.bailiwick.bench.report.Line;
import io.bailiwick.bench.report.Metric;
import io.bailiwick.bench.report.Outcome;
import io.bailiwick.bench.report.Pair;
import io.bailiwick.bench.wire.Encoding;
import io.bailiwick.bench.wire.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What it costs that a session is not on its realm's loop: the router with two loops, of which caller and callee have one each,
 * in turns with the router with one, both on the same processor.
 *
 * @param inFlight calls that wait for an answer
 * @param payload bytes of each
 */
record Loops(String name, int inFlight, int payload) implements Scenario {
    private static final List<Metric> COMPARED = List.of(Metric.PER_CPU, Metric.CPU_PER_OPERATION, Metric.P50);
    private static final Server.Wish WISH = new Server.Wish(false, Encoding.MSGPACK);

    @Override
    public String title() {
        return "calls with " + payload + " bytes, " + inFlight
                + " in flight, to a router with two event loops and to one with one loop, on one processor";
    }

    @Override
    public Outcome run(Stage stage) throws IOException {
        List<Contestant> contestants = new ArrayList<>();
        try {
            contestants.add(contestant(stage, BailiwickServer.withLoops(2)));
            contestants.add(contestant(stage, BailiwickServer.withLoops(1)));
            List<Line> lines = new Contest(stage.pace())
                    .run(contestants).stream().map(Rates::line).toList();
            List<String> names = contestants.stream().map(Contestant::name).toList();
            return new Outcome(name, title(), COMPARED, Pair.withFirst(names, COMPARED), lines);
        } finally {
            contestants.forEach(each -> each.load().close());
            stage.clear();
        }
    }

    private Contestant contestant(Stage stage, Server server) throws IOException {
        ServerProcess process = stage.start(server, Server.Setting.DEFAULT);
        Target target = server.target(process, WISH);
        Load load = RpcLoad.open(stage.generator(), target, target, RpcLoad.Shape.closed(inFlight, payload));
        stage.say(name + ": " + server.name() + " is process " + process.pid());
        return new Contestant(server.name(), target.speech().toString(), process, load);
    }
}
