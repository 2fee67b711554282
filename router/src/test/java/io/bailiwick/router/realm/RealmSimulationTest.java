package io.bailiwick.router.realm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.broker.BrokerOptions;
import io.bailiwick.router.broker.BrokerOptions.Confirmation;
import io.bailiwick.router.broker.BrokerOptions.KeptTopic;
import io.bailiwick.router.broker.BrokerOptions.Retention;
import io.bailiwick.router.broker.BrokerTables;
import io.bailiwick.router.dealer.DealerOptions;
import io.bailiwick.router.dealer.DealerTables;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sessions that come and go and send whatever comes to their mind, legal or not. After each step the tables of the realm
 * agree with each other and with what the sessions were told; at the end every call has had exactly one final answer.
 */
class RealmSimulationTest {
    /** For each seed; {@code -Dbailiwick.steps=N} for more. */
    private static final int STEPS = Integer.getInteger("bailiwick.steps", 6_000);

    private static final List<String> URIS =
            List.of("a", "a.b", "a.b.c", "a.c.c", "b.b.c", "wamp.x", "a..c", "", "bad uri");

    private static final List<String> POLICIES = List.of("single", "roundrobin", "first", "last", "random");
    private static final String[] FEATURES = {
        "call_canceling",
        "call_reroute",
        "call_timeout",
        "payload_passthru_mode",
        "progressive_call_invocations",
        "progressive_call_results",
        "registration_revocation"
    };

    private static final KeptTopic KEPT =
            new KeptTopic("a.", MatchPolicy.WILDCARD, 5, 1_000_000, Duration.ofMillis(300));

    private static final BrokerOptions BROKER = new BrokerOptions(
            new Retention(6, 4_000, 100, 3, Duration.ofMillis(400), 3),
            new Confirmation(3, 9, Duration.ofMillis(50)),
            List.of(KEPT));

    private Random random = new Random();
    private Scenario scenario = scenario(0);
    private final List<Player> players = new ArrayList<>();

    /** A session and what it knows: what it has asked, and what it was asked. */
    private final class Player {
        private final TestPeer peer;
        private final Set<Long> openCalls = new HashSet<>();
        private final Set<Long> asked = new HashSet<>();
        private final Set<Long> subscriptions = new HashSet<>();
        private final Set<Long> unconfirmed = new HashSet<>();
        private final Set<Long> registrations = new HashSet<>();
        /** All that it ever had: parts of a call still come when the registration is gone. */
        private final Set<Long> everRegistered = new HashSet<>();
        /** Invocations of which more parts may come. */
        private final Set<Long> askedInParts = new HashSet<>();
        /** Progressive calls that it has not sent the last part of. */
        private final Map<Long, String> unfinished = new LinkedHashMap<>();

        private final Map<Long, Long> asks = new HashMap<>();
        private int finalAnswers;
        private long lastRequest;
        private boolean gone;

        Player(TestPeer peer) {
            this.peer = peer;
        }

        /** Reads what came; whatever is not legal fails the test. */
        void read() {
            for (Message next = peer.inbox().poll();
                    next != null;
                    next = peer.inbox().poll()) {
                if (next instanceof Message.Result result) {
                    answered(result.request(), result.details().flag("progress", false));
                } else if (next instanceof Message.ErrorReply error) {
                    if (error.requestType() == Message.Call.CODE) {
                        answered(error.request(), false);
                    }
                } else if (next instanceof Message.Invocation invocation) {
                    invoked(invocation);
                } else if (next instanceof Message.Interrupt interrupt) {
                    assertTrue(asked.contains(interrupt.request()), "what is interrupted was asked");
                } else if (next instanceof Message.Subscribed subscribed) {
                    subscriptions.add(subscribed.subscription());
                } else if (next instanceof Message.Unsubscribed unsubscribed) {
                    subscriptions.remove(asks.remove(unsubscribed.request()));
                } else if (next instanceof Message.Registered registered) {
                    registrations.add(registered.registration());
                    everRegistered.add(registered.registration());
                } else if (next instanceof Message.Unregistered revoked && revoked.request() == 0) {
                    long id = revoked.details().integer("registration").orElseThrow();
                    assertTrue(registrations.remove(id), "what is revoked was registered");
                } else if (next instanceof Message.Unregistered unregistered) {
                    registrations.remove(asks.remove(unregistered.request()));
                } else if (next instanceof Message.Event event) {
                    assertTrue(subscriptions.contains(event.subscription()), "an event has a subscription");
                    if (event.details().flag("x_acknowledged_delivery", false)) {
                        unconfirmed.add(event.publication());
                    }
                }
            }
            if (!peer.isOpen()) {
                gone = true;
            }
        }

        private void invoked(Message.Invocation invocation) {
            boolean more = invocation.details().flag("progress", false);
            if (askedInParts.contains(invocation.request())) {
                assertTrue(everRegistered.contains(invocation.registration()));
            } else {
                assertTrue(registrations.contains(invocation.registration()) || unregistered(invocation));
                assertTrue(asked.add(invocation.request()), "an invocation id is used once");
                assertEquals(asked.size(), invocation.request(), "invocation ids have no gaps");
            }
            if (more) {
                askedInParts.add(invocation.request());
            } else {
                askedInParts.remove(invocation.request());
            }
        }

        private boolean unregistered(Message.Invocation invocation) {
            return asks.containsValue(invocation.registration());
        }

        private void answered(long request, boolean progress) {
            assertTrue(openCalls.contains(request), "a call is answered once, and only while it is open");
            if (!progress) {
                openCalls.remove(request);
                finalAnswers++;
            }
        }

        void act() {
            long request = ++lastRequest;
            switch (random.nextInt(18)) {
                case 0, 1 -> peer.sends(new Message.Register(request, registerOptions(), uri()));
                case 2 -> ask(request, new Message.Unregister(request, chosen(registrations)), chosen(registrations));
                case 3, 4 -> peer.sends(new Message.Subscribe(request, subscribeOptions(), uri()));
                case 5 -> ask(request, new Message.Unsubscribe(request, chosen(subscriptions)), chosen(subscriptions));
                case 6 -> peer.sends(new Message.Publish(request, publishOptions(), uri(), Payload.EMPTY));
                case 7, 8, 9 -> call(request);
                case 10 -> peer.sends(new Message.Cancel(chosen(openCalls), options("mode")));
                case 11, 12 -> peer.sends(new Message.Yield(chosen(asked), flag("progress"), Payload.EMPTY));
                case 16 -> scenario.time().passes(random.nextInt(40));
                case 17 -> {
                    if (random.nextBoolean()) {
                        peer.fallsSilent();
                    } else {
                        peer.isHeardAgain();
                    }
                }
                case 13 ->
                    peer.sends(new Message.ErrorReply(
                            rarely() ? 48 : 68,
                            chosen(asked),
                            Dict.EMPTY,
                            rarely() ? "no uri" : random.nextBoolean() ? "a.error" : Uris.UNAVAILABLE,
                            Payload.EMPTY));
                case 14 -> {
                    if (rarely()) {
                        gone = true;
                        peer.leaves();
                    }
                }
                default -> {
                    if (rarely()) {
                        peer.sends(new Message.Goodbye(Dict.EMPTY, "a.reason"));
                    } else {
                        peer.sends(new Message.EventReceived(chosen(unconfirmed)));
                    }
                }
            }
        }

        private void ask(long request, Message.FromClient message, long subject) {
            // The id that was put into the message: drawing it anew would give another one.
            long id = message instanceof Message.Unregister unregister
                    ? unregister.registration()
                    : message instanceof Message.Unsubscribe unsubscribe ? unsubscribe.subscription() : subject;
            asks.put(request, id);
            peer.sends(message);
        }

        private void call(long request) {
            if (!unfinished.isEmpty() && random.nextInt(3) > 0) {
                callPart(chosen(unfinished.keySet()));
                return;
            }
            long id = rarely() ? chosen(openCalls) : request;
            String uri = uri();
            Dict options = callOptions();
            call(id, options, uri);
        }

        private void call(long id, Dict options, String uri) {
            boolean more = options.flag("progress", false);
            boolean part = uri.equals(unfinished.get(id));
            if (part && !more) {
                unfinished.remove(id);
            } else if (!part) {
                openCalls.add(id);
                if (more) {
                    expectMore(id, uri);
                }
            }
            peer.sends(new Message.Call(id, options, uri, Payload.EMPTY));
        }

        /** The dealer remembers twice as many as a session may have open. */
        private void expectMore(long id, String uri) {
            unfinished.put(id, uri);
            if (unfinished.size() > 10) {
                unfinished.remove(unfinished.keySet().iterator().next());
            }
        }

        /** One part more of a progressive call, be that over or not. */
        private void callPart(long id) {
            String uri = unfinished.get(id);
            if (uri != null) {
                call(id, flag("progress"), uri);
            }
        }
    }

    // ---- what comes to their mind

    private boolean rarely() {
        return oneIn(12);
    }

    private boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    private String uri() {
        return URIS.get(random.nextInt(rarely() ? URIS.size() : 6));
    }

    private Dict flag(String key) {
        return random.nextBoolean() ? Dict.EMPTY : Dict.of(key, true);
    }

    private Dict options(String key) {
        List<Object> values = key.equals("match")
                ? List.of("exact", "prefix", "wildcard")
                : key.equals("mode") ? List.of("skip", "kill", "killnowait", "softly") : List.of(true, false);
        Object value = oneIn(144) ? 17L : values.get(random.nextInt(values.size()));
        return rarely() ? Dict.EMPTY : Dict.of(Map.of(key, value));
    }

    private Dict registerOptions() {
        Map<String, Object> options = new HashMap<>(options("match").entries());
        if (random.nextInt(3) > 0) {
            options.put("invoke", POLICIES.get(rarely() ? random.nextInt(5) : 1));
        }
        if (random.nextInt(3) == 0) {
            options.put("concurrency", (long) (oneIn(50) ? 0 : 1 + random.nextInt(2)));
        }
        options.put("force_reregister", rarely());
        options.put("forward_timeout", random.nextBoolean());
        return Dict.of(options);
    }

    private Dict callOptions() {
        Map<String, Object> options = new HashMap<>();
        options.put("receive_progress", random.nextBoolean());
        if (random.nextInt(3) == 0) {
            options.put("timeout", (long) random.nextInt(200));
        }
        if (random.nextInt(3) == 0) {
            options.put("progress", true);
        }
        if (rarely()) {
            options.putAll(options("disclose_me").entries());
        }
        if (rarely()) {
            options.put("ppt_scheme", "wamp");
        }
        if (rarely()) {
            options.put("runmode", "partition");
            options.put("rkey", "key-" + random.nextInt(5));
        }
        return Dict.of(options);
    }

    private Dict publishOptions() {
        Map<String, Object> options = new HashMap<>();
        options.put("acknowledge", random.nextBoolean());
        options.put("exclude_me", random.nextBoolean());
        options.put("retain", random.nextBoolean());
        options.put("x_acknowledged_delivery", random.nextBoolean());
        if (oneIn(4)) {
            options.put("rkey", "key-" + random.nextInt(5));
        }
        if (oneIn(4)) {
            options.put("exclude_authrole", List.of(random.nextBoolean() ? "user" : "admin"));
        }
        if (rarely()) {
            options.put("eligible", rarely() ? "nobody" : List.of((long) random.nextInt(20) + 1));
        }
        return Dict.of(options);
    }

    private Dict subscribeOptions() {
        Dict options = options("match");
        if (oneIn(3)) {
            options = options.with("get_retained", true);
        }
        return oneIn(3) ? options.with("nkey", "node-" + random.nextInt(3)) : options;
    }

    /** One of these, or any. */
    private long chosen(Set<Long> known) {
        if (known.isEmpty() || oneIn(144)) {
            return 1L + random.nextInt(30);
        }
        return known.stream()
                .sorted()
                .skip(random.nextInt(known.size()))
                .findFirst()
                .orElseThrow();
    }

    // ---- the simulation

    private static Scenario scenario(long patience) {
        DealerOptions dealer = DealerOptions.DEFAULT
                .withTimeouts(0, patience == 0 ? 0 : 300)
                .withBounds(3, 1_000)
                .withEvictionOfOthers(true)
                .withTakeoverPatience(patience);
        RealmOptions options = RealmOptions.DEFAULT
                .with(new Limits(4, 4, 2, 5, 99))
                .with(dealer)
                .with(BROKER);
        // Half of what is asked for is disclosed; one URI is nobody's.
        return new Scenario(
                options,
                (session, action, uri, match) -> new Permission(!uri.equals("b.b.c"), uri.length() % 2 == 0),
                Scenario.HERE);
    }

    /** A session with all features or hardly any; some are of the same authid. */
    private TestPeer joins(int step) {
        return switch (random.nextInt(5)) {
            case 0 -> scenario.joinsWith("plain-" + step, "registration_revocation");
            case 1 ->
                scenario.joins(
                        "admin-" + step,
                        "admin",
                        Scenario.roles("subscriber", "x_acknowledged_event_delivery")
                                .with(
                                        "callee",
                                        Scenario.roles("callee", "registration_revocation")
                                                .entries()
                                                .get("callee")));
            default -> scenario.joinsProven("player-" + random.nextInt(4), FEATURES);
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatever_the_sessions_do_the_tables_agree_and_every_call_is_answered_once(long seed) {
        random = new Random(seed);
        boolean takesOver = seed % 2 == 0;
        scenario = scenario(takesOver ? 50 : 0);
        scenario.draws(random::nextInt);
        long answered = 0;
        long left = 0;
        long waited = 0;
        for (int step = 0; step < STEPS; step++) {
            if (players.size() < 8) {
                players.add(new Player(joins(step)));
            }
            players.get(random.nextInt(players.size())).act();
            scenario.time().passes(random.nextInt(4));
            players.forEach(Player::read);
            left += players.stream().filter(player -> player.gone).count();
            answered += players.stream()
                    .filter(player -> player.gone)
                    .mapToLong(player -> player.finalAnswers)
                    .sum();
            players.removeIf(player -> player.gone);
            checkTables();
            checkTimers(takesOver);
            waited += new DealerTables(scenario.realm().dealer()).waiting();
        }
        assertTrue(
                answered > 300 && left > 30 && waited > 30,
                "the simulation is not idle: " + answered + " answers, " + left + " left, " + waited + " waited");
        endsWell();
    }

    /** Everybody answers what it was asked, or leaves: then no call is open. */
    private void endsWell() {
        for (Player player : List.copyOf(players)) {
            if (random.nextBoolean()) {
                player.asked.forEach(id -> player.peer.sends(new Message.Yield(id, Dict.EMPTY, Payload.EMPTY)));
            } else {
                player.gone = true;
                player.peer.leaves();
            }
        }
        players.forEach(Player::read);
        players.removeIf(player -> player.gone);
        players.forEach(player -> assertEquals(Set.of(), player.openCalls, "every call has its answer"));
        checkTables();
        players.forEach(player -> player.peer.leaves());
        scenario.time().passes(500);
        assertEquals(0, scenario.time().waiting(), "no timer is left");
        assertEquals(new RealmView(List.of(), 1, 0, 0, 0), scenario.view(), "the kept topic's subscription is left");
        assertTrue(new BrokerTables(scenario.realm().broker()).isEmpty(), "no branch of a pattern is left");
        scenario.realm().close(new Message.Goodbye(Dict.EMPTY, "a.reason"), () -> {});
        assertTrue(new DealerTables(scenario.realm().dealer()).isEmpty(), "no branch of a pattern is left");
    }

    private void checkTimers(boolean takesOver) {
        Collection<Seat> seats = scenario.realm().roster().all();
        int timers = DealerTables.timers(seats.stream().map(Seat::rpc).toList())
                + BrokerTables.timers(seats.stream().map(Seat::pubSub).toList());
        int waiting = scenario.time().waiting();
        // A session that left may have a timer left that will do nothing.
        assertTrue(takesOver ? timers <= waiting : timers == waiting, timers + " timers, but " + waiting + " wait");
    }

    private void checkTables() {
        Map<Long, Seat> seats = scenario.realm().roster().all().stream()
                .collect(Collectors.toMap(seat -> seat.member().id(), seat -> seat));
        assertEquals(
                players.stream().map(player -> player.peer.id()).sorted().toList(),
                seats.keySet().stream().sorted().toList(),
                "who is in");
        new DealerTables(scenario.realm().dealer())
                .fit(seats.values().stream().map(Seat::rpc).toList());
        new BrokerTables(scenario.realm().broker())
                .fit(seats.values().stream().map(Seat::pubSub).toList());
        for (Player player : players) {
            Seat seat = seats.get(player.peer.id());
            assertEquals(player.openCalls, DealerTables.calls(seat.rpc()), "no call is forgotten");
            assertEquals(
                    player.registrations, DealerTables.registrations(seat.rpc()), "a session has what it was told");
            assertEquals(
                    player.subscriptions, BrokerTables.subscriptions(seat.pubSub()), "a session has what it was told");
        }
    }
}
