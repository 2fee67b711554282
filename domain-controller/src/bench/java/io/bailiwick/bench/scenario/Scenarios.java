package io.bailiwick.bench.scenario;

import io.bailiwick.bench.load.BigLoad;
import io.bailiwick.bench.load.EventLoad;
import io.bailiwick.bench.load.LoginLoad;
import io.bailiwick.bench.load.RpcLoad;
import io.bailiwick.bench.load.SlowLoad;
import io.bailiwick.bench.peer.Server;
import io.bailiwick.bench.report.Metric;
import io.bailiwick.bench.wire.Encoding;
import io.bailiwick.bench.wire.Speech;
import io.bailiwick.bench.wire.Target;
import java.time.Duration;
import java.util.List;

/** All scenarios. */
public final class Scenarios {
    private static final int PAYLOAD = 200;
    private static final int MANY = 256;
    private static final int THOUSAND = 1_000;
    private static final int BURST = 64;
    private static final int HUNDRED = 100;
    /** Calls a second that see what becomes of them when others are busy. */
    private static final int PROBES = 1_000;

    private static final int TOGETHER = 32;
    private static final int KEYS = 100;
    /** A login takes far more code than a message, which a server that runs for weeks has compiled long ago. */
    private static final Duration LOGIN_WARM_UP = Duration.ofSeconds(90);

    private static final Server.Setting KEYS_ONLY = new Server.Setting("", "", KEYS);
    private static final Server.Setting BIG =
            new Server.Setting("max_message: 16777216, queue_mark: 33554432, queue_bound: 67108864", "", 0);

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
                events(
                        "topics",
                        "100 publishers to 100 topics with a subscriber each, 4 in flight each",
                        shape(HUNDRED, 1, 1, 4)),
                new ManyPatterns(),
                new Idle(false),
                new Idle(true),
                RealmStarts.some(),
                RealmStarts.many(),
                new MadRealm(false),
                new MadRealm(true),
                new Heartbeats(),
                new Pairing(),
                new Lifecycle(),
                logins("logins", RAW_SOCKET),
                logins("logins-ws", new Server.Wish(true, Encoding.MSGPACK)),
                probed(
                        "logins-others",
                        "calls, 1,000 a second, while others log in, 32 at a time, without end",
                        KEYS_ONLY,
                        LOGIN_WARM_UP,
                        (generator, target) -> new LoginLoad(generator, target, TOGETHER, KEYS)),
                new Trouble(
                        "slow-reader",
                        "1 publisher, 999 subscribers, 4 in flight, beside one subscriber that reads nothing",
                        Server.Setting.DEFAULT,
                        List.of(Metric.PER_CPU, Metric.RATE, Metric.P99),
                        Duration.ZERO,
                        (generator, target) -> EventLoad.open(generator, target, target, shape(1, 1, THOUSAND - 1, 4)),
                        (generator, target) -> new SlowLoad(generator, target, PAYLOAD)),
                probed(
                        "big-message",
                        "calls, 1,000 a second, beside an event of 16 MiB four times a second; the router's bounds on"
                                + " messages and queues are raised for it",
                        BIG,
                        Duration.ZERO,
                        (generator, target) -> BigLoad.open(generator, target, 1)),
                probed(
                        "neighbour",
                        "calls, 1,000 a second, beside another realm with calls without end, 256 in flight",
                        Server.Setting.DEFAULT,
                        Duration.ZERO,
                        (generator, target) -> RpcLoad.open(
                                generator, target, target, new RpcLoad.Shape(MANY, 0, PAYLOAD, 1, "realm2"))));
    }

    private static Scenario logins(String name, Server.Wish wish) {
        String transport = wish.webSocket() ? "WebSocket" : "RawSocket";
        return new Rates(
                name,
                "cryptosign logins over " + transport
                        + ", 32 at a time; the relay verifies a signature for each connection;"
                        + " the router's throttle is opened",
                wish,
                KEYS_ONLY,
                RATE,
                LOGIN_WARM_UP,
                (generator, server, target) -> new LoginLoad(generator, target, TOGETHER, KEYS));
    }

    private static Scenario probed(
            String name, String title, Server.Setting setting, Duration warmUp, Trouble.Opening trouble) {
        return new Trouble(
                name,
                title,
                setting,
                List.of(Metric.P99),
                warmUp,
                (generator, target) ->
                        RpcLoad.open(generator, target, target, RpcLoad.Shape.open(PROBES, PAYLOAD, 0, "realm1")),
                trouble);
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
                Duration.ZERO,
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
                Duration.ZERO,
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
                Duration.ZERO,
                (generator, server, target) -> EventLoad.open(generator, target, target, shape));
    }
}
