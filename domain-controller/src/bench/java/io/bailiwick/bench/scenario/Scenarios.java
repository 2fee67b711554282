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
import java.util.stream.Stream;

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

    /** How long calls take that leave most of the processor to others. */
    private static final Trouble.Probe CALLS = new Trouble.Probe(
            "",
            List.of(Metric.P99),
            (generator, target) ->
                    RpcLoad.open(generator, target, target, RpcLoad.Shape.open(PROBES, PAYLOAD, 0, "realm1")));

    /** How many calls are answered by a server that has no processor to spare. */
    private static final Trouble.Probe CALLS_AT_FULL_SPEED = new Trouble.Probe(
            " at full speed",
            List.of(Metric.RATE),
            (generator, target) ->
                    RpcLoad.open(generator, target, target, new RpcLoad.Shape(MANY, 0, PAYLOAD, 2, "realm1")));

    private Scenarios() {}

    /** In the order in which they are run. */
    public static List<Scenario> all() {
        return Stream.of(messages(), holdings(), logins(), troubles())
                .flatMap(List::stream)
                .toList();
    }

    /** Calls and events. */
    private static List<Scenario> messages() {
        return List.of(
                rates(RAW_SOCKET, List.of(Metric.P50, Metric.CPU_PER_OPERATION), rpc("rpc-latency", 1)),
                rates(RAW_SOCKET, RATE, rpc("rpc", MANY)),
                rates(new Server.Wish(true, Encoding.MSGPACK), RATE, rpc("rpc-ws", MANY)),
                rates(new Server.Wish(true, Encoding.JSON), RATE, rpc("rpc-json", MANY), mixed()),
                new Loops("rpc-loops-latency", 1, PAYLOAD),
                new Loops("rpc-loops", MANY, PAYLOAD),
                rates(
                        RAW_SOCKET,
                        RATE,
                        events("fanout", "1 publisher, 1,000 subscribers, 4 in flight", shape(1, 1, THOUSAND, 4)),
                        events("fanout-burst", "the same with 64 in flight", shape(1, 1, THOUSAND, BURST))),
                rates(
                        RAW_SOCKET,
                        RATE,
                        events("fanin", "1,000 publishers, 1 subscriber, 1 in flight each", shape(1, THOUSAND, 1, 1))),
                rates(
                        RAW_SOCKET,
                        RATE,
                        events(
                                "topics",
                                "100 publishers to 100 topics with a subscriber each, 4 in flight each",
                                shape(HUNDRED, 1, 1, 4))));
    }

    /** What is held, and a domain with its realms. */
    private static List<Scenario> holdings() {
        return List.of(
                new ManyPatterns(),
                new Idle(false),
                new Idle(true),
                RealmStarts.some(),
                RealmStarts.many(),
                new MadRealm(false),
                new MadRealm(true),
                new Heartbeats(),
                new Pairing(),
                new Lifecycle());
    }

    private static List<Scenario> logins() {
        return List.of(
                logins("logins", RAW_SOCKET),
                logins("logins-ws", new Server.Wish(true, Encoding.MSGPACK)),
                new Trouble(
                        "logins-others",
                        "calls, 1,000 a second, while others log in, 32 at a time, without end",
                        KEYS_ONLY,
                        List.of(CALLS),
                        LOGIN_WARM_UP,
                        (generator, target) -> new LoginLoad(generator, target, TOGETHER, KEYS)));
    }

    /** What one does to others. */
    private static List<Scenario> troubles() {
        return List.of(
                new Trouble(
                        "slow-reader",
                        "1 publisher, 999 subscribers, 4 in flight, beside one subscriber that reads nothing",
                        Server.Setting.DEFAULT,
                        List.of(new Trouble.Probe(
                                "",
                                List.of(Metric.PER_CPU, Metric.RATE, Metric.P99),
                                (generator, target) ->
                                        EventLoad.open(generator, target, target, shape(1, 1, THOUSAND - 1, 4)))),
                        Duration.ZERO,
                        (generator, target) -> new SlowLoad(generator, target, PAYLOAD)),
                new Trouble(
                        "big-message",
                        "calls, 1,000 a second and at full speed, 256 in flight, beside an event of 16 MiB four times a"
                                + " second; the router's bounds on messages and queues are raised for it",
                        BIG,
                        List.of(CALLS, CALLS_AT_FULL_SPEED),
                        Duration.ZERO,
                        (generator, target) -> BigLoad.open(generator, target, 1)),
                new Trouble(
                        "neighbour",
                        "calls, 1,000 a second and at full speed, 256 in flight, beside another realm with calls without"
                                + " end, 256 in flight",
                        Server.Setting.DEFAULT,
                        List.of(CALLS, CALLS_AT_FULL_SPEED),
                        Duration.ZERO,
                        (generator, target) -> RpcLoad.open(
                                generator, target, target, new RpcLoad.Shape(MANY, 0, PAYLOAD, 1, "realm2"))));
    }

    private static Scenario rates(Server.Wish wish, List<Metric> compared, Rates.Kind... loads) {
        return new Rates(List.of(loads), wish, Server.Setting.DEFAULT, compared, Duration.ZERO);
    }

    private static Scenario logins(String name, Server.Wish wish) {
        String transport = wish.webSocket() ? "WebSocket" : "RawSocket";
        Rates.Kind load = new Rates.Kind(
                name,
                "cryptosign logins over " + transport
                        + ", 32 at a time; the relay verifies a signature for each connection;"
                        + " the router's throttle is opened",
                (generator, server, target) -> new LoginLoad(generator, target, TOGETHER, KEYS));
        return new Rates(List.of(load), wish, KEYS_ONLY, RATE, LOGIN_WARM_UP);
    }

    private static EventLoad.Shape shape(int groups, int publishers, int subscribers, int inFlight) {
        return new EventLoad.Shape(groups, publishers, subscribers, inFlight, 1, PAYLOAD);
    }

    private static Rates.Kind rpc(String name, int inFlight) {
        return new Rates.Kind(
                name,
                "calls with " + PAYLOAD + " bytes, " + inFlight + " in flight, answered with as many",
                (generator, server, target) ->
                        RpcLoad.open(generator, target, target, RpcLoad.Shape.closed(inFlight, PAYLOAD)));
    }

    /** The callee speaks CBOR. */
    private static Rates.Kind mixed() {
        return new Rates.Kind(
                "rpc-mixed", "the caller speaks JSON and the callee CBOR", (generator, server, target) -> {
                    Speech other = server.speech(new Server.Wish(true, Encoding.CBOR));
                    Target callee = new Target(target.port(), target.path(), other);
                    return RpcLoad.open(generator, target, callee, RpcLoad.Shape.closed(MANY, PAYLOAD));
                });
    }

    private static Rates.Kind events(String name, String title, EventLoad.Shape shape) {
        return new Rates.Kind(
                name, title, (generator, server, target) -> EventLoad.open(generator, target, target, shape));
    }
}
