package io.bailiwick.bench.scenario;

import io.bailiwick.bench.harness.Calm;
import io.bailiwick.bench.harness.Machine;
import io.bailiwick.bench.harness.ServerProcess;
import io.bailiwick.bench.load.Crowd;
import io.bailiwick.bench.peer.Server;
import io.bailiwick.bench.report.Line;
import io.bailiwick.bench.report.Metric;
import io.bailiwick.bench.report.Outcome;
import io.bailiwick.bench.report.Pair;
import io.bailiwick.bench.wire.Encoding;
import io.bailiwick.bench.wire.Part;
import io.bailiwick.bench.wire.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What an idle session takes: resident memory, and what of the heap is alive, before and after many have joined. */
final class Idle implements Scenario {
    private static final int SESSIONS = 8_000;
    private static final int WARM_UP = 200;
    /** A server and the generator have a file for each, and some more. */
    private static final int FILES = SESSIONS + WARM_UP + 200;

    private static final Part PART = Part.of(Role.SUBSCRIBER, 0, 17);

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
            String reason =
                    "expected " + FILES + " open files to be allowed (ulimit -n), but found " + Machine.openFiles();
            return Outcome.failed(name(), title(), reason);
        }
        List<Server> servers = new ArrayList<>(List.of(Stage.subject(), stage.relay(webSocket)));
        servers.addAll(stage.peers());
        Map<Server, List<Optional<Map<Metric, Double>>>> rounds = new LinkedHashMap<>();
        Map<Server, String> faults = new HashMap<>();
        servers.forEach(server -> rounds.put(server, new ArrayList<>()));
        for (int round = 0; round < stage.pace().rounds(); round++) {
            for (Server server : servers) {
                if (!faults.containsKey(server)) {
                    try {
                        rounds.get(server).add(Calm.attempt(stage.pace(), () -> measured(stage, server)));
                    } catch (IllegalStateException failed) {
                        faults.put(server, String.valueOf(failed.getMessage()));
                    }
                }
            }
        }
        List<Line> lines = new ArrayList<>();
        rounds.forEach((server, found) -> {
            String speech = server.speech(wish()).toString();
            String fault = faults.get(server);
            lines.add(
                    fault == null
                            ? Rounds.line(server.name(), speech, found)
                            : Line.lost(server.name(), speech, fault));
        });
        List<Metric> compared = List.of(Metric.KILOBYTES, Metric.LIVE);
        List<String> names = servers.stream().map(Server::name).toList();
        return new Outcome(name(), title(), compared, Pair.withFirst(names, compared), lines);
    }

    private Server.Wish wish() {
        return new Server.Wish(webSocket, Encoding.CBOR);
    }

    /** What a server of its own takes; empty when others were busy. */
    private Optional<Map<Metric, Double>> measured(Stage stage, Server server) throws IOException {
        Calm calm = Calm.begin();
        try {
            ServerProcess process = stage.start(server, Server.Setting.DEFAULT);
            try (Crowd crowd = new Crowd(stage.generator(), server.target(process, wish()))) {
                crowd.join(WARM_UP, PART);
                settle();
                double resident = process.residentKilobytes();
                double live = process.liveKilobytes();
                crowd.join(SESSIONS, PART);
                settle();
                resident = (process.residentKilobytes() - resident) / SESSIONS;
                live = (process.liveKilobytes() - live) / SESSIONS;
                crowd.requireAll();
                return calm.held(stage.pace())
                        ? Optional.of(Map.of(Metric.KILOBYTES, resident, Metric.LIVE, live))
                        : Optional.empty();
            }
        } finally {
            stage.clear();
        }
    }

    private static void settle() {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
    }
}
