package io.bailiwick.router.realm;

import io.bailiwick.router.broker.Broker;
import io.bailiwick.router.broker.BrokerOptions;
import io.bailiwick.router.broker.EventStore;
import io.bailiwick.router.broker.MemoryEventStore;
import io.bailiwick.router.dealer.Dealer;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.meta.MetaApi;
import io.bailiwick.router.meta.MetaHost;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.Member;
import io.bailiwick.router.session.PayloadCodec;
import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.session.RealmMetrics;
import io.bailiwick.router.session.RealmThread;
import io.bailiwick.router.session.Session;
import io.bailiwick.router.session.SessionDetails;
import io.bailiwick.router.session.Surroundings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
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
 * <p>Its public methods may be called from any thread. Each is one step on the realm's one thread, as {@link Steps} has it.
 */
public final class Realm {
    /** How long {@link #call(String, List, Map)} waits for an answer, in milliseconds. */
    public static final long CALL_MILLIS = 10_000;

    private static final Logger log = LoggerFactory.getLogger(Realm.class);

    private final String name;
    private final Steps steps;
    private final PayloadCodec payloads;
    private final Broker broker;
    private final Dealer dealer;
    private final Dispatch dispatch;
    private final Decisions decisions;
    private final Backpressure backpressure;
    private final MetaApi meta;
    private final Seat own;
    private final InnerCaller caller;
    private final RealmMetrics metrics;
    private final SlowReaderWatch watch;

    // Touched by the realm's thread alone.
    private final Roster roster;
    private boolean closed;

    /**
     * Opens a realm. Its meta API is registered when this returns.
     *
     * @param name the URI of the realm
     * @param thread runs the steps of this realm. It may run a step at once when it is given one there
     * @param outside clock, randomness and all else that comes from outside
     * @param options how it behaves
     */
    public Realm(String name, RealmThread thread, Surroundings outside, RealmOptions options) {
        this(name, thread, outside, options, new MemoryEventStore());
    }

    /**
     * Opens a realm with a store of its own for the history of events.
     *
     * @param history keeps the events of the topics that {@link BrokerOptions#history} names
     */
    public Realm(String name, RealmThread thread, Surroundings outside, RealmOptions options, EventStore history) {
        this.name = name;
        this.steps = new Steps(name, thread);
        this.payloads = outside.payloads();
        this.metrics = outside.metrics();
        this.roster = new Roster(name, options, outside.authorizer());
        Surroundings surroundings = outside.with(steps.timer(outside.timer())).with(roster.rights());
        this.watch = new SlowReaderWatch(
                options.terms().slowReaders(),
                surroundings.timer(),
                metrics,
                this::slow,
                this::endSlowReader,
                this::endFailed);
        MetaHost host = new RealmHost(this, surroundings, options.rule());
        this.meta = new MetaApi(host, options.meta(), surroundings.ids().getAsLong());
        this.broker = new Broker(options.broker(), surroundings, history, meta.subscriptionObserver());
        this.dealer = new Dealer(options.dealer(), surroundings, meta.registrationObserver());
        this.decisions =
                new Decisions(this::execute, surroundings.timer(), options.decisionMillis(), this::process, metrics);
        this.backpressure = new Backpressure(surroundings.timer(), decisions, broker);
        this.dispatch = new Dispatch(this, broker, dealer, decisions, backpressure, options.rule());
        this.own = Seat.of(new Member(meta.session(), payloads, watch), outside.authorizer(), roster.spares());
        SessionDetails self = own.member().details();
        this.caller = new InnerCaller(self, payloads, surroundings.timer(), watch);
        meta.registrations().forEach(message -> dealer.register(own.rpc(), message, MatchPolicy.EXACT));
    }

    /** The URI of the realm. */
    public String name() {
        return name;
    }

    /**
     * What this router does, for {@code WELCOME.Details.roles}: a feature that is named here works as the WAMP specification
     * describes it, and one that is not named is not there.
     *
     * <p>One thing is left out on purpose: with {@code event_history} WAMP wants the router to announce the role {@code callee}
     * too, as it answers {@code wamp.subscription.get_events}. Autobahn for Python refuses a WELCOME that names any role but
     * {@code broker} and {@code dealer}, and would not join at all.
     */
    public static Dict features() {
        return Dict.of(
                "broker", role(Broker.features(), MetaApi.brokerFeatures()),
                "dealer", role(Dealer.features(), MetaApi.dealerFeatures()));
    }

    private static Map<String, Object> role(List<String> features, List<String> metaFeatures) {
        Map<String, Boolean> announced = Stream.concat(features.stream(), metaFeatures.stream())
                .collect(Collectors.toMap(feature -> feature, feature -> true));
        // WAMP's chapter on reflection announces it beside the features, its list of features among them.
        return Map.of("features", announced, "reflection", true);
    }

    /**
     * Lets a session in, and then sends it WELCOME: nothing is sent to it before that. A session that cannot join, because
     * the realm is closed or full, its role does not exist, its id is in use or what it announced has the wrong shape, is ended
     * with ABORT instead.
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
     * A message of a session. Without effect for a session that is not in the realm (any more). On the realm's thread it is
     * handled at once, unless a step is running or the session has still to be let in; else it is kept, and its turn comes.
     *
     * @param message its payload may be a view that ends when this method returns
     * @return whether it has been handled; false when it waits
     */
    public boolean receive(Session session, Message.FromClient message) {
        if (!steps.begin()) {
            // In the middle of a step it comes right behind that: before what the session sends next.
            steps.runSoon(step(session, message.keep()));
            return false;
        }
        try {
            return receiveNow(session, message);
        } finally {
            steps.end();
        }
    }

    private boolean receiveNow(Session session, Message.FromClient message) {
        Seat sender = find(session);
        if (sender == null) {
            steps.post(step(session, message.keep()));
            return false;
        }
        try {
            handle(sender, message);
        } catch (RuntimeException failure) {
            log.error("{}: {} could not be handled", sender.member(), message.name(), failure);
        }
        return true;
    }

    private Runnable step(Session session, Message.FromClient kept) {
        return () -> {
            Seat sender = find(session);
            if (sender != null) {
                handle(sender, kept);
            }
        };
    }

    /**
     * A session could not be given a message that belongs to a call: the call ends with an ERROR once what is being done is
     * done, before any message that comes later. Without effect for a call that is over.
     *
     * @param message an INVOCATION, or a RESULT with {@code progress}
     * @param text the sentence that goes with the error
     */
    public void undelivered(Session session, Message message, String error, String text) {
        steps.runSoon(() -> {
            Seat seat = find(session);
            if (seat != null) {
                dealer.undelivered(seat.rpc(), message, error, text);
            }
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
        execute(() -> ended.accept(ids(expel(which, goodbye, true))));
    }

    /**
     * Asks a session for a sign of life.
     *
     * @param asked takes, on the realm's thread, what tells whether it has come ({@link Session#probe}); nothing for a session
     *     that is not here
     */
    public void probe(long session, Consumer<Optional<BooleanSupplier>> asked) {
        execute(() -> asked.accept(Optional.ofNullable(roster.get(session))
                .map(seat -> seat.member().session().probe())));
    }

    private static List<Long> ids(List<SessionDetails> sessions) {
        return sessions.stream().map(SessionDetails::session).toList();
    }

    /**
     * Puts other roles and rights in the place of those that hold now, for those who have joined and those who will. What was
     * granted stays: nobody loses a subscription or a registration.
     *
     * @param rights the new ones
     * @param goodbye what sessions are told whose role is gone; they end
     * @param ended takes the ids of those that were ended, on the realm's thread
     */
    public void change(Authorizer rights, Message.Goodbye goodbye, Consumer<List<Long>> ended) {
        execute(() -> govern(rights, roster.options(), goodbye, ended));
    }

    /**
     * As {@link #change(Authorizer, Message.Goodbye, Consumer)}, and with other options.
     *
     * @param options of these, the limits of sessions hold from now on, and for who joins from now on the bounds of the realm
     *     and how strict request ids are taken; the others are those that the realm was opened with
     */
    public void change(Authorizer rights, RealmOptions options, Message.Goodbye goodbye, Consumer<List<Long>> ended) {
        execute(() -> govern(rights, options, goodbye, ended));
    }

    private void govern(Authorizer rights, RealmOptions options, Message.Goodbye goodbye, Consumer<List<Long>> ended) {
        roster.change(rights, options);
        List<SessionDetails> gone = expel(session -> !roster.hasRole(session.authrole()), goodbye, true);
        for (Seat seat : roster.all()) {
            roster.govern(seat);
            decisions.again(seat);
        }
        ended.accept(ids(gone));
    }

    /**
     * Forgets decisions that were kept, so that they are asked for again.
     *
     * @param which for whom they were made
     */
    public void forgetDecisions(Predicate<Authorizer.Subject> which) {
        execute(() -> roster.forgetDecisions(which));
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
            caller.close(dealer);
            meta.silently(() -> dealer.leave(own.rpc()));
            done.run();
        });
    }

    /**
     * Calls a procedure of this realm for the router, as a session that may call everything. Waits {@link #CALL_MILLIS} for an
     * answer.
     *
     * @return completes on the realm's thread, where nobody may wait; with {@link CallFailed} when an ERROR came, when no answer
     *     came in time ({@code wamp.error.timeout}), when the arguments cannot be written ({@link CallFailed#isUnwritable}), when
     *     16,384 calls of the router are pending or when the realm is closed
     */
    public CompletionStage<Values> call(String procedure, List<?> arguments, Map<String, ?> keywords) {
        return call(procedure, new Values(arguments, keywords), CALL_MILLIS);
    }

    /**
     * As {@link #call(String, List, Map)}, with a time of its own.
     *
     * @param timeoutMillis how long to wait for the answer, in milliseconds
     */
    public CompletionStage<Values> call(String procedure, Values arguments, long timeoutMillis) {
        CompletableFuture<Values> outcome = new CompletableFuture<>();
        InnerCaller.Answer answer = new InnerCaller.Answer() {
            @Override
            public void result(Values values) {
                run(() -> outcome.complete(values));
            }

            @Override
            public void failed(CallFailed failure) {
                run(() -> outcome.completeExceptionally(failure));
            }
        };
        execute(() -> caller.call(dealer, procedure, arguments, timeoutMillis, answer));
        return outcome.minimalCompletionStage();
    }

    /** Publishes an event for the router, from any thread: to whoever is subscribed, and to reserved topics as well. */
    public void publish(String topic, Values arguments) {
        execute(() -> broker.publishOwn(topic, () -> payloads.encode(arguments)));
    }

    // ---- on the realm's thread

    /** Runs a step on the realm's thread, after those that were posted before. */
    void execute(Runnable step) {
        steps.post(step);
    }

    /** Runs a step when the one that runs now is over, or at once when none does. */
    void run(Runnable step) {
        steps.run(step);
    }

    private void letIn(Session session, Message.Welcome welcome) {
        Seat seat;
        try {
            seat = roster.seat(session, payloads, watch);
        } catch (ProtocolViolation violation) {
            lastWord(session, abort(Uris.PROTOCOL_VIOLATION, String.valueOf(violation.getMessage())));
            return;
        }
        Member member = seat.member();
        Message.Abort refusal = refusal(member.details());
        if (refusal != null) {
            metrics.refused(refusal.reason());
            lastWord(session, refusal);
            return;
        }
        roster.add(seat);
        metrics.joined();
        member.send(welcome);
        meta.joined(member.details());
    }

    private Message.@Nullable Abort refusal(SessionDetails session) {
        if (closed) {
            return abort(Uris.NO_SUCH_REALM, "expected an open realm, but " + name + " was closed");
        }
        boolean taken = session.session() == own.member().id();
        return taken
                ? abort(Uris.UNAVAILABLE, "expected a session id that is free; try again")
                : roster.refusal(session);
    }

    private @Nullable Seat find(Session session) {
        if (session == own.member().session()) {
            return own;
        }
        Seat seat = roster.get(session.details().session());
        return seat != null && seat.member().session() == session ? seat : null;
    }

    private void handle(Seat sender, Message.FromClient message) {
        WaitingLine line = sender.line;
        if (line == null || !line.holds(message)) {
            process(sender, message);
        } else if (!decisions.queue(sender, line, message)) {
            String text = "expected at most " + WaitingLine.BOUND_BYTES
                    + " bytes of a session that wait for a decision," + " but found more";
            metrics.refused(Limits.EXCEEDED);
            abort(sender, Limits.EXCEEDED, text);
        }
    }

    /** The one catch around one message: whatever it does, the realm goes on. */
    private void process(Seat sender, Message.FromClient message) {
        try {
            message.handledBy(dispatch, sender);
        } catch (ProtocolViolation violation) {
            log.info("{}: {} breaks the protocol: {}", sender.member(), message.name(), violation.getMessage());
            metrics.violated();
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

    private void slow(Member member) {
        backpressure.slow(member);
    }

    private void endSlowReader(Member member) {
        Dict why = Dict.of("message", "expected the peer to read what it is sent, but it has not for too long");
        Seat seat = roster.get(member.id());
        if (seat != null) {
            remove(seat, true);
            lastWord(member.session(), new Message.Goodbye(why, Uris.SLOW_CONSUMER));
        }
    }

    /** A session that did not take a message ends, once what is being done is done. */
    private void endFailed(Member member) {
        run(() -> {
            Seat seat = find(member.session());
            if (seat != null && seat.member() == member) {
                abort(seat, Uris.NETWORK_FAILURE, "a message could not be sent");
            }
        });
    }

    /** Ends sessions; who they were. */
    List<SessionDetails> expel(Predicate<SessionDetails> which, Message.Goodbye goodbye, boolean announce) {
        List<SessionDetails> ended = new ArrayList<>();
        for (Seat seat : roster.all()) {
            Member member = seat.member();
            if (which.test(member.details())) {
                remove(seat, announce);
                lastWord(member.session(), goodbye);
                ended.add(member.details());
            }
        }
        return ended;
    }

    /** The one way out of the realm: nothing of a session stays behind. */
    private void remove(Seat seat, boolean announce) {
        if (!announce) {
            meta.silently(() -> remove(seat, true));
            return;
        }
        Member member = seat.member();
        if (roster.remove(seat)) {
            metrics.left();
        }
        member.markGone();
        Decisions.forget(seat);
        dealer.leave(seat.rpc());
        broker.leave(seat.pubSub());
        meta.left(member.details());
    }

    private RealmView view() {
        int registrations = dealer.registrations().size() - own.rpc().registrations();
        int pendingCalls = roster.all().stream()
                .mapToInt(seat -> seat.rpc().pendingCalls())
                .sum();
        return new RealmView(sessions(), broker.subscriptions().size(), registrations, pendingCalls, watch.slowSends());
    }

    /** Who is in the realm, in the order they came. */
    List<SessionDetails> sessions() {
        return roster.all().stream().map(seat -> seat.member().details()).toList();
    }

    Broker broker() {
        return broker;
    }

    Dealer dealer() {
        return dealer;
    }

    Decisions decisions() {
        return decisions;
    }

    /** Who is in the realm. */
    Roster roster() {
        return roster;
    }

    /** A message of the realm's own session. */
    void receiveOwn(Message.FromClient message) {
        handle(own, message);
    }
}
