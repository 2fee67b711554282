package io.bailiwick.router.realm;

import io.bailiwick.router.broker.Broker;
import io.bailiwick.router.broker.BrokerOptions;
import io.bailiwick.router.broker.EventStore;
import io.bailiwick.router.broker.MemoryEventStore;
import io.bailiwick.router.broker.SubscriptionObserver;
import io.bailiwick.router.dealer.Dealer;
import io.bailiwick.router.dealer.RegistrationObserver;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Member;
import io.bailiwick.router.session.PayloadCodec;
import io.bailiwick.router.session.Session;
import io.bailiwick.router.session.SessionDetails;
import io.bailiwick.router.session.Surroundings;
import io.bailiwick.router.session.Timer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A realm: the one door through which sessions join and leave and their messages come in.
 *
 * <p>Its public methods may be called from any thread. Each is one step that the executor runs on the realm's thread; there
 * everything happens in the order the steps came, one at a time. A step that is posted while another one runs waits for its end,
 * even when the executor would run it at once, so nothing in a realm is ever re-entered.
 */
public final class Realm {
    private static final Logger log = LoggerFactory.getLogger(Realm.class);

    private final String name;
    private final Executor executor;
    private final PayloadCodec payloads;
    private final Broker broker;
    private final Dealer dealer;
    private final Dispatch dispatch;
    private final Seat own;
    private final Member.Watch watch = new SendWatch();

    // Touched by the realm's thread alone.
    private final Map<Long, Seat> seats = new LinkedHashMap<>();
    private final Queue<Runnable> steps = new ArrayDeque<>();
    private boolean running;
    private boolean closed;
    private long slowSends;

    /**
     * Opens a realm. Its session meta API is registered when this returns.
     *
     * @param name the URI of the realm
     * @param executor runs the steps of this realm on one thread, in order. It may run a step at once when it is called on
     *     that thread; a message is then handled without being copied
     * @param outside clock, randomness and all else that comes from outside
     * @param options how it behaves
     */
    public Realm(String name, Executor executor, Surroundings outside, RealmOptions options) {
        this(name, executor, outside, options, new MemoryEventStore());
    }

    /**
     * Opens a realm with a store of its own for the history of events.
     *
     * @param history keeps the events of the topics that {@link BrokerOptions#history} names
     */
    public Realm(String name, Executor executor, Surroundings outside, RealmOptions options, EventStore history) {
        this.name = name;
        this.executor = executor;
        this.payloads = outside.payloads();
        Surroundings surroundings = outside.with(later(outside.timer()));
        this.broker = new Broker(options.limits(), options.broker(), surroundings, history, SubscriptionObserver.NONE);
        this.dealer = new Dealer(options.limits(), options.dealer(), surroundings, RegistrationObserver.NONE);
        this.dispatch = new Dispatch(this, broker, dealer, surroundings.authorizer(), options);
        SessionProcedures procedures =
                new SessionProcedures(this, surroundings.ids().getAsLong());
        this.own = Seat.of(new Member(procedures, payloads, watch));
        procedures.registrations().forEach(message -> dealer.register(own.rpc(), message, MatchPolicy.EXACT));
    }

    /** The URI of the realm. */
    public String name() {
        return name;
    }

    /**
     * What this router does, for {@code WELCOME.Details.roles}: a feature that is named here works as the WAMP specification
     * describes it, and one that is not named is not there.
     */
    public static Dict features() {
        Map<String, Boolean> broker = Map.ofEntries(
                Map.entry("publisher_exclusion", true),
                Map.entry("publisher_identification", true),
                Map.entry("subscriber_blackwhite_listing", true),
                Map.entry("pattern_based_subscription", true),
                Map.entry("publication_trustlevels", true),
                Map.entry("sharded_subscription", true),
                Map.entry("event_retention", true),
                Map.entry("subscription_revocation", true),
                Map.entry("payload_passthru_mode", true),
                Map.entry("x_acknowledged_event_delivery", true),
                Map.entry("session_meta_api", true));
        Map<String, Boolean> dealer = Stream.concat(Dealer.features().stream(), Stream.of("session_meta_api"))
                .collect(Collectors.toMap(feature -> feature, feature -> true));
        return Dict.of("broker", Map.of("features", broker), "dealer", Map.of("features", dealer));
    }

    /**
     * Lets a session in, and then sends it WELCOME: nothing is sent to it before that. A session that cannot join, because
     * the realm is closed, its id is in use or what it announced has the wrong shape, is ended with ABORT instead.
     */
    public void join(Session session, Message.Welcome welcome) {
        execute(() -> letIn(session, welcome));
    }

    /** The link of a session is gone. Without effect for a session that is not in the realm (any more). */
    public void leave(Session session) {
        execute(() -> {
            Seat seat = find(session);
            if (seat != null) {
                remove(seat, true);
            }
        });
    }

    /**
     * A message of a session. Without effect for a session that is not in the realm (any more).
     *
     * @param message its payload must stay valid until the executor has run the step: who is not on the realm's thread passes
     *     a message that was {@linkplain Message.FromClient#keep() kept}
     */
    public void receive(Session session, Message.FromClient message) {
        executor.execute(() -> {
            // A message that has to wait for the end of another step may outlive its frame.
            Message.FromClient held = running ? message.keep() : message;
            run(() -> handle(session, held));
        });
    }

    /** Shows the realm as it is now, on its thread. */
    public void inspect(Consumer<RealmView> viewer) {
        execute(() -> viewer.accept(view()));
    }

    /**
     * Ends sessions from the router's side.
     *
     * @param which the sessions to end
     * @param goodbye what they are told
     * @param ended takes the ids of those that were ended, on the realm's thread
     */
    public void end(Predicate<SessionDetails> which, Message.Goodbye goodbye, Consumer<List<Long>> ended) {
        execute(() -> ended.accept(expel(which, goodbye, true)));
    }

    /**
     * Closes the realm: all sessions are ended, and none can join any more.
     *
     * @param goodbye what they are told
     * @param done runs on the realm's thread when the realm has forgotten them all
     */
    public void close(Message.Goodbye goodbye, Runnable done) {
        execute(() -> {
            closed = true;
            expel(session -> true, goodbye, false);
            dealer.leave(own.rpc());
            done.run();
        });
    }

    // ---- on the realm's thread

    /** Runs a step on the realm's thread, after those that were posted before. */
    void execute(Runnable step) {
        executor.execute(() -> run(step));
    }

    private Timer later(Timer timer) {
        return (millis, step) -> timer.after(millis, () -> execute(step));
    }

    private void run(Runnable step) {
        steps.add(step);
        if (running) {
            return;
        }
        running = true;
        try {
            for (Runnable next = steps.poll(); next != null; next = steps.poll()) {
                runGuarded(next);
            }
        } finally {
            running = false;
        }
    }

    private void runGuarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException failure) {
            log.error("realm {}: a step failed", name, failure);
        }
    }

    private void letIn(Session session, Message.Welcome welcome) {
        Seat seat;
        try {
            seat = Seat.of(new Member(session, payloads, watch));
        } catch (ProtocolViolation violation) {
            lastWord(session, abort(Uris.PROTOCOL_VIOLATION, String.valueOf(violation.getMessage())));
            return;
        }
        Member member = seat.member();
        if (closed) {
            lastWord(session, abort(Uris.NO_SUCH_REALM, "expected an open realm, but " + name + " was closed"));
            return;
        }
        if (member.id() == own.member().id() || seats.containsKey(member.id())) {
            lastWord(session, abort(Uris.UNAVAILABLE, "expected a session id that is free; try again"));
            return;
        }
        seats.put(member.id(), seat);
        member.send(welcome);
        broker.publishOwn(
                "wamp.session.on_join",
                () -> payloads.encode(PayloadCodec.Values.of(SessionProcedures.describe(member.details()))));
    }

    private @Nullable Seat find(Session session) {
        if (session == own.member().session()) {
            return own;
        }
        Seat seat = seats.get(session.details().session());
        return seat != null && seat.member().session() == session ? seat : null;
    }

    /** The one catch around one message: whatever it does, the realm goes on. */
    private void handle(Session session, Message.FromClient message) {
        Seat sender = find(session);
        if (sender == null) {
            return;
        }
        try {
            message.handledBy(dispatch, sender);
        } catch (ProtocolViolation violation) {
            log.info("{}: {} breaks the protocol: {}", sender.member(), message.name(), violation.getMessage());
            abort(sender, Uris.PROTOCOL_VIOLATION, String.valueOf(violation.getMessage()));
        } catch (RuntimeException failure) {
            log.error("{}: {} could not be handled", sender.member(), message.name(), failure);
            abort(sender, Uris.RUNTIME_ERROR, "the router failed to handle " + message.name());
        }
    }

    private void abort(Seat seat, String reason, String text) {
        remove(seat, true);
        lastWord(seat.member().session(), abort(reason, text));
    }

    private static Message.Abort abort(String reason, String text) {
        return new Message.Abort(Dict.of("message", text), reason);
    }

    private static void lastWord(Session session, Message last) {
        try {
            session.end(last);
        } catch (RuntimeException failure) {
            log.warn("session {} could not be ended", session.details().session(), failure);
        }
    }

    /** Answers the GOODBYE of a session. */
    void sayGoodbye(Seat seat) {
        remove(seat, true);
        lastWord(seat.member().session(), new Message.Goodbye(Dict.EMPTY, Uris.GOODBYE_AND_OUT));
    }

    /** What becomes of sessions that cannot be sent to. */
    private final class SendWatch implements Member.Watch {
        @Override
        public void slow(Member member) {
            slowSends++;
        }

        /** It is done for, but whoever caused the message is not. */
        @Override
        public void failed(Member member, Message message, RuntimeException failure) {
            log.error("{}: {} could not be sent", member, message.name(), failure);
            execute(() -> {
                Seat seat = find(member.session());
                if (seat != null && seat.member() == member) {
                    abort(seat, Uris.NETWORK_FAILURE, "a message could not be sent");
                }
            });
        }
    }

    /** Ends sessions; their ids. */
    List<Long> expel(Predicate<SessionDetails> which, Message.Goodbye goodbye, boolean announce) {
        List<Long> ended = new ArrayList<>();
        for (Seat seat : List.copyOf(seats.values())) {
            Member member = seat.member();
            if (which.test(member.details())) {
                remove(seat, announce);
                lastWord(member.session(), goodbye);
                ended.add(member.id());
            }
        }
        return ended;
    }

    /** The one way out of the realm: nothing of a session stays behind. */
    private void remove(Seat seat, boolean announce) {
        Member member = seat.member();
        seats.remove(member.id());
        member.markGone();
        dealer.leave(seat.rpc());
        broker.leave(seat.pubSub());
        if (announce) {
            SessionDetails left = member.details();
            broker.publishOwn(
                    "wamp.session.on_leave",
                    () -> payloads.encode(PayloadCodec.Values.of(left.session(), left.authid(), left.authrole())));
        }
    }

    private RealmView view() {
        int registrations = dealer.registrations().size() - own.rpc().registrations();
        int pendingCalls = seats.values().stream()
                .mapToInt(seat -> seat.rpc().pendingCalls())
                .sum();
        return new RealmView(sessions(), broker.subscriptions().size(), registrations, pendingCalls, slowSends);
    }

    /** Who is in the realm, in the order they came. */
    List<SessionDetails> sessions() {
        return seats.values().stream().map(seat -> seat.member().details()).toList();
    }

    PayloadCodec payloads() {
        return payloads;
    }

    Broker broker() {
        return broker;
    }

    Dealer dealer() {
        return dealer;
    }

    /** The members by session id. */
    Map<Long, Seat> seats() {
        return seats;
    }
}
