package io.bailiwick.router.realm;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.message.UriRule;
import io.bailiwick.router.message.Uris;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
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
    private final Member own;

    // Touched by the realm's thread alone.
    private final Map<Long, Member> members = new LinkedHashMap<>();
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
     * @param authorizer decides what each session may do
     * @param ids session and publication ids: at random from 1 to 2^53
     * @param rule which strings are URIs here
     * @param limits what each session may hold
     * @param payloads reads and writes the payloads of the realm's own procedures and events
     */
    public Realm(
            String name,
            Executor executor,
            Authorizer authorizer,
            LongSupplier ids,
            UriRule rule,
            Limits limits,
            PayloadCodec payloads) {
        this.name = name;
        this.executor = executor;
        this.payloads = payloads;
        this.broker = new Broker(limits, ids);
        this.dealer = new Dealer(limits);
        this.dispatch = new Dispatch(this, broker, dealer, authorizer, rule, limits);
        SessionProcedures procedures = new SessionProcedures(this, ids.getAsLong());
        this.own = new Member(this, procedures);
        procedures.registrations().forEach(message -> dealer.register(own, message, MatchPolicy.EXACT));
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
        Map<String, Boolean> broker = Map.of(
                "publisher_exclusion", true,
                "publisher_identification", true,
                "subscriber_blackwhite_listing", true,
                "pattern_based_subscription", true,
                "session_meta_api", true);
        Map<String, Boolean> dealer = Map.of(
                "caller_identification", true,
                "call_canceling", true,
                "progressive_call_results", true,
                "pattern_based_registration", true,
                "session_meta_api", true);
        return Dict.of("broker", Map.of("features", broker), "dealer", Map.of("features", dealer));
    }

    /** Whether only the realm itself may publish to this topic and register this procedure. */
    static boolean isReserved(String uri) {
        return uri.startsWith("wamp") && (uri.length() == 4 || uri.charAt(4) == '.');
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
            Member member = find(session);
            if (member != null) {
                remove(member, true);
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
            dealer.leave(own);
            done.run();
        });
    }

    // ---- on the realm's thread

    /** Runs a step on the realm's thread, after those that were posted before. */
    void execute(Runnable step) {
        executor.execute(() -> run(step));
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
        Member member;
        try {
            member = new Member(this, session);
        } catch (ProtocolViolation violation) {
            lastWord(session, abort(Uris.PROTOCOL_VIOLATION, String.valueOf(violation.getMessage())));
            return;
        }
        if (closed) {
            lastWord(session, abort(Uris.NO_SUCH_REALM, "expected an open realm, but " + name + " was closed"));
            return;
        }
        if (member.id() == own.id() || members.containsKey(member.id())) {
            lastWord(session, abort(Uris.UNAVAILABLE, "expected a session id that is free; try again"));
            return;
        }
        members.put(member.id(), member);
        member.send(welcome);
        broker.publishOwn(
                "wamp.session.on_join",
                () -> payloads.encode(PayloadCodec.Values.of(SessionProcedures.describe(member.details()))));
    }

    private @Nullable Member find(Session session) {
        if (session == own.session()) {
            return own;
        }
        Member member = members.get(session.details().session());
        return member != null && member.session() == session ? member : null;
    }

    /** The one catch around one message: whatever it does, the realm goes on. */
    private void handle(Session session, Message.FromClient message) {
        Member sender = find(session);
        if (sender == null) {
            return;
        }
        try {
            message.handledBy(dispatch, sender);
        } catch (ProtocolViolation violation) {
            log.info("{}: {} breaks the protocol: {}", sender, message.name(), violation.getMessage());
            abort(sender, Uris.PROTOCOL_VIOLATION, String.valueOf(violation.getMessage()));
        } catch (RuntimeException failure) {
            log.error("{}: {} could not be handled", sender, message.name(), failure);
            abort(sender, Uris.RUNTIME_ERROR, "the router failed to handle " + message.name());
        }
    }

    private void abort(Member member, String reason, String text) {
        remove(member, true);
        lastWord(member.session(), abort(reason, text));
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
    void sayGoodbye(Member member) {
        remove(member, true);
        lastWord(member.session(), new Message.Goodbye(Dict.EMPTY, Uris.GOODBYE_AND_OUT));
    }

    /** A session did not take a message: it is done for, but whoever caused the message is not. */
    void sendFailed(Member member, Message message, RuntimeException failure) {
        log.error("{}: {} could not be sent", member, message.name(), failure);
        member.markGone();
        execute(() -> {
            if (find(member.session()) == member) {
                abort(member, Uris.NETWORK_FAILURE, "a message could not be sent");
            }
        });
    }

    /** Ends sessions; their ids. */
    List<Long> expel(Predicate<SessionDetails> which, Message.Goodbye goodbye, boolean announce) {
        List<Long> ended = new ArrayList<>();
        for (Member member : List.copyOf(members.values())) {
            if (which.test(member.details())) {
                remove(member, announce);
                lastWord(member.session(), goodbye);
                ended.add(member.id());
            }
        }
        return ended;
    }

    /** The one way out of the realm: nothing of a session stays behind. */
    private void remove(Member member, boolean announce) {
        members.remove(member.id());
        member.markGone();
        dealer.leave(member);
        broker.leave(member);
        if (announce) {
            SessionDetails left = member.details();
            broker.publishOwn(
                    "wamp.session.on_leave",
                    () -> payloads.encode(PayloadCodec.Values.of(left.session(), left.authid(), left.authrole())));
        }
    }

    private RealmView view() {
        int registrations = dealer.registrations().size() - own.registrations().size();
        int pendingCalls = members.values().stream()
                .mapToInt(member -> member.calls.size())
                .sum();
        return new RealmView(sessions(), broker.subscriptions().size(), registrations, pendingCalls, slowSends);
    }

    /** Who is in the realm, in the order they came. */
    List<SessionDetails> sessions() {
        return members.values().stream().map(Member::details).toList();
    }

    void countSlowSend() {
        slowSends++;
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
    Map<Long, Member> members() {
        return members;
    }
}
