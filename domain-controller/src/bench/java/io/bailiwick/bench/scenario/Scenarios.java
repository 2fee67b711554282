package io.bailiwick.bench.scenario;

import io.bailiwick.bench.load.EventLoad;
import io.bailiwick.bench.load.RpcLoad;
import io.bailiwick.bench.peer.Server;
import io.bailiwick.bench.report.Metric;
import io.bailiwick.bench.wire.Encoding;
import io.bailiwick.bench.wire.Speech;
import io.bailiwick.bench.wire.Target;
import java.util.List;

/** All scenarios. */
public final class Scenarios {
    private static final int PAYLOAD = 200;
    private static final int MANY = 256;
    private static final int THOUSAND = 1_000;
    private static final int BURST = 64;
    private static final int HUNDRED = 100;

    private static final List<Metric> RATE = List.of(Metric.PER_CPU);
    private static final Server.Wish RAW_SOCKET = new Server.Wish(false, Encoding.MSGPACK);

    private Scenarios() {}

    /** In the order in which they are run. */
    public static List<Scenario> all() {
        return List.of(
                rpc("rpc-latency", RAW_SOCKET, 1, List.of(Metric.P50, Metric.CPU_PER_OPERATION)),
                rpc("rpc", RAW_SOCKET, MANY, RATE),
                rpc("rpc-ws", new Server.Wish(true, Encoding.MSGPACK), MANY, RATE),
                rpc("rpc-json", new Server.Wish(true, Encoding.JSON), MANY, RATE),
                mixed(),
                events("fanout", "1 publisher, 1,000 subscribers, 4 in flight", shape(1, 1, THOUSAND, 4)),
                events("fanout-burst", "1 publisher, 1,000 subscribers, 64 in flight", shape(1, 1, THOUSAND, BURST)),
                events("fanin", "1,000 publishers, 1 subscriber, 1 in flight each", shape(1, THOUSAND, 1, 1)),
                events("topics", "100 publishers to 100 topics with a subscriber each, 4 in flight each", shape(HUNDRED, 1, 1, 4)));
    }

    private static EventLoad.Shape shape(int groups, int publishers, int subscribers, int inFlight) {
        return new EventLoad.Shape(groups, publishers, subscribers, inFlight, 1, PAYLOAD);
    }

    private static Scenario rpc(String name, Server.Wish wish, int inFlight, List<Metric> compared) {
        String title = "calls with " + PAYLOAD + " bytes, " + inFlight + " in flight, answered with as many";
        return new Rates(
                name,
                title,
                wish,
                Server.Setting.DEFAULT,
                compared,
                (generator, server, target) ->
                        RpcLoad.open(generator, target, target, RpcLoad.Shape.closed(inFlight, PAYLOAD)));
    }

    /** The callee speaks CBOR, where the server does. */
    private static Scenario mixed() {
        Server.Wish json = new Server.Wish(true, Encoding.JSON);
        return new Rates(
                "rpc-mixed",
                "calls with " + PAYLOAD + " bytes, " + MANY + " in flight, the caller speaks JSON and the callee CBOR",
                json,
                Server.Setting.DEFAULT,
                RATE,
                (generator, server, target) -> {
                    Speech other = server.speech(new Server.Wish(true, Encoding.CBOR));
                    Target callee = new Target(target.port(), target.path(), other);
                    return RpcLoad.open(generator, target, callee, RpcLoad.Shape.closed(MANY, PAYLOAD));
                });
    }

    private static Scenario events(String name, String title, EventLoad.Shape shape) {
        return new Rates(
                name,
                title,
                RAW_SOCKET,
                Server.Setting.DEFAULT,
                RATE,
                (generator, server, target) -> EventLoad.open(generator, target, target, shape));
    }
}
