package io.bailiwick.bench.scenario;

import io.bailiwick.bench.harness.Machine;
import io.bailiwick.bench.harness.ServerProcess;
import io.bailiwick.bench.peer.Server;
import io.bailiwick.bench.report.Line;
import io.bailiwick.bench.report.Metric;
import io.bailiwick.bench.report.Outcome;
import io.bailiwick.bench.report.Series;
import io.bailiwick.bench.wire.Client;
import io.bailiwick.bench.wire.Ear;
import io.bailiwick.bench.wire.Encoding;
import io.bailiwick.bench.wire.Part;
import io.bailiwick.bench.wire.Role;
import io.bailiwick.bench.wire.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What an idle session takes: resident memory, and what of the heap is alive, before and after many have joined. */
final class Idle implements Scenario {
    private static final int SESSIONS = 8_000;
    private static final int WARM_UP = 200;
    /** A server and the generator have a file for each, and some more. */
    private static final int FILES = SESSIONS + WARM_UP + 200;

    private static final int ROUNDS = 3;

    private final boolean webSocket;

    Idle(boolean webSocket) {
        this.webSocket = webSocket;
    }

    @Override
    public String name() {
        return webSocket ? "idle-ws" : "idle";
    }

    @Override
    public String title() {
        return "8,000 idle sessions over " + (webSocket ? "WebSocket" : "RawSocket") + ", after 200 others";
    }

    @Override
    public Outcome run(Stage stage) throws IOException {
        if (Machine.openFiles() < FILES) {
            String note = "not measured: expected " + FILES + " open files to be allowed (ulimit -n), but found "
                    + Machine.openFiles();
            return new Outcome(
                    name(), title(), List.of(), List.of(new Line(Stage.subject().name(), "", Map.of(), note)));
        }
        List<Server> servers = new ArrayList<>(List.of(Stage.subject(), stage.relay(webSocket)));
        servers.addAll(stage.peers());
        List<Line> lines = new ArrayList<>();
        for (Server server : servers) {
            lines.add(line(stage, server));
        }
        return new Outcome(name(), title(), List.of(Metric.KILOBYTES, Metric.LIVE), lines);
    }

    private Line line(Stage stage, Server server) throws IOException {
        Server.Wish wish = new Server.Wish(webSocket, Encoding.CBOR);
        List<Double> resident = new ArrayList<>();
        List<Double> live = new ArrayList<>();
        for (int round = 0; round < Math.min(ROUNDS, stage.pace().rounds()); round++) {
            try {
                measure(stage, server, wish, resident, live);
            } catch (IllegalStateException failed) {
                return new Line(
                        server.name(), server.speech(wish).toString(), Map.of(), "no figure: " + failed.getMessage());
            } finally {
                stage.clear();
            }
        }
        Map<Metric, Series> figures = new LinkedHashMap<>();
        figures.put(Metric.KILOBYTES, new Series(resident));
        figures.put(Metric.LIVE, new Series(live));
        return new Line(server.name(), server.speech(wish).toString(), figures, "");
    }

    private static void measure(Stage stage, Server server, Server.Wish wish, List<Double> resident, List<Double> live)
            throws IOException {
        ServerProcess process = stage.start(server, Server.Setting.DEFAULT);
        Target target = server.target(process, wish);
        Ear ear = (client, reason) -> stage.say(server.name() + ": " + reason);
        List<Client> all = new ArrayList<>(stage.generator().connect(target, parts(WARM_UP), ear));
        settle();
        double residentBefore = process.residentKilobytes();
        double liveBefore = process.liveKilobytes();
        all.addAll(stage.generator().connect(target, parts(SESSIONS), ear));
        settle();
        resident.add((process.residentKilobytes() - residentBefore) / SESSIONS);
        live.add((process.liveKilobytes() - liveBefore) / SESSIONS);
        stage.generator().close(all);
    }

    private static List<Part> parts(int number) {
        return Collections.nCopies(number, Part.of(Role.SUBSCRIBER, 0, 17));
    }

    private static void settle() {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
    }
}
