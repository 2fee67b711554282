package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.Scenario.FIRST_PUBLICATION;
import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.broker.BrokerTables;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.dealer.DealerTables;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.Message.Abort;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.Goodbye;
import io.bailiwick.router.message.Message.Invocation;
import io.bailiwick.router.message.Message.Publish;
import io.bailiwick.router.message.Message.Result;
import io.bailiwick.router.message.Message.Yield;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Limits;
import io.bailiwick.router.session.RealmThread;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The door: joining, leaving, and what one session cannot do to the others. */
@Conforms(Feature.LIFECYCLE)
class RealmTest {
    private static final String PROCEDURE = "com.example.procedure";
    private static final String TOPIC = "com.example.topic";

    private final Scenario scenario = new Scenario();
    private final Realm realm = scenario.realm();

    private static Message.Welcome welcome(TestPeer peer) {
        return new Message.Welcome(peer.id(), Dict.EMPTY);
    }

    // ---- joining and leaving

    @Test
    void nothing_is_sent_to_a_session_before_its_welcome() {
        TestPeer peer = scenario.newPeer("peer", "user", Dict.EMPTY);
        peer.sends(new Message.Subscribe(1, Dict.EMPTY, TOPIC));
        peer.receivesNothing();
        realm.join(peer, welcome(peer));
        peer.receives(welcome(peer));
        peer.receivesNothing();
    }

    @Test
    void a_goodbye_is_answered_and_the_session_forgotten() {
        TestPeer peer = scenario.joins("peer");
        peer.subscribes(TOPIC);
        peer.registers(PROCEDURE);
        peer.sends(new Goodbye(Dict.EMPTY, Uris.CLOSE_NORMAL));
        peer.isEndedBy(new Goodbye(Dict.EMPTY, Uris.GOODBYE_AND_OUT));
        assertEquals(new RealmView(List.of(), 0, 0, 0, 0), scenario.view());
    }

    @Test
    void what_a_session_sends_after_it_left_is_ignored() {
        TestPeer peer = scenario.joins("peer");
        peer.leaves();
        peer.calls(1, PROCEDURE);
        peer.sends(new Goodbye(Dict.EMPTY, Uris.CLOSE_NORMAL));
        peer.leaves();
        peer.receivesNothing();
        assertTrue(peer.isOpen(), "its link is gone: there is nothing to end");
    }

    @Test
    @Conforms(Feature.IDS)
    void a_session_id_that_is_in_use_is_refused_and_its_owner_stays() {
        TestPeer first = scenario.joins("first");
        TestPeer second = new TestPeer(realm, first.details());
        realm.join(second, welcome(second));
        second.isAborted(Uris.UNAVAILABLE);
        second.leaves();
        first.calls(1, PROCEDURE);
        first.receivesError(Call.CODE, 1, Uris.NO_SUCH_PROCEDURE);
    }

    @Test
    @Conforms(Feature.PROTOCOL_VIOLATIONS)
    void roles_of_the_wrong_shape_break_the_protocol() {
        TestPeer peer = scenario.newPeer("peer", "user", Dict.of("callee", 5L));
        realm.join(peer, welcome(peer));
        peer.isAborted(Uris.PROTOCOL_VIOLATION);
        peer.receivesNothing();
        assertEquals(List.of(), scenario.view().sessions());
    }

    @Test
    void features_are_announced_for_broker_and_dealer() {
        assertTrue(Realm.features().dict("broker").dict("features").flag("pattern_based_subscription", false));
        assertTrue(Realm.features().dict("dealer").dict("features").flag("call_canceling", false));
        assertFalse(Realm.features().dict("dealer").dict("features").has("not_a_feature"));
        // Any other role, as the callee that event_history wants, keeps Autobahn for Python out.
        assertEquals(Set.of("broker", "dealer"), Realm.features().entries().keySet());
    }

    // ---- what the server asks for

    @Test
    void the_server_ends_the_sessions_that_it_chooses() {
        TestPeer node = scenario.joins("node-1", "node");
        TestPeer user = scenario.joins("user-1", "user");
        Goodbye goodbye = new Goodbye(Dict.of("message", "unpaired"), Uris.AUTH_CHANGED);
        List<List<Long>> ended = new ArrayList<>();
        realm.end(session -> session.authrole().equals("node"), goodbye, ended::add);
        assertEquals(List.of(List.of(node.id())), ended);
        node.isEndedBy(goodbye);
        assertTrue(user.isOpen());
        assertEquals(List.of(user.details()), scenario.view().sessions());
    }

    @Test
    @Conforms(Feature.REALM_LIFECYCLE)
    void a_closed_realm_says_goodbye_to_all_and_lets_nobody_in() {
        TestPeer first = scenario.joins("first");
        TestPeer second = scenario.joins("second");
        Goodbye goodbye = new Goodbye(Dict.EMPTY, Uris.CLOSE_REALM);
        List<String> done = new ArrayList<>();
        realm.close(goodbye, () -> done.add("done"));
        first.isEndedBy(goodbye);
        second.isEndedBy(goodbye);
        assertEquals(List.of("done"), done);
        TestPeer late = scenario.newPeer("late", "user", Dict.EMPTY);
        realm.join(late, welcome(late));
        late.isAborted(Uris.NO_SUCH_REALM);
        assertTrue(new DealerTables(realm.dealer()).isEmpty() && new BrokerTables(realm.broker()).isEmpty());
    }

    @Test
    void a_view_tells_what_the_realm_holds() {
        TestPeer peer = scenario.joins("peer");
        peer.registers(PROCEDURE);
        peer.subscribes(TOPIC);
        peer.fallsBehind();
        peer.calls(1, PROCEDURE);
        assertEquals(new RealmView(List.of(peer.details()), 1, 1, 1, 1), scenario.view());
    }

    // ---- one session and the others

    @Test
    @Conforms(Feature.PROTOCOL_VIOLATIONS)
    void a_violation_ends_its_session_with_the_reason_and_no_other() {
        TestPeer bad = scenario.joins("bad");
        TestPeer good = scenario.joins("good");
        bad.sends(new Publish(1, Dict.of("acknowledge", "yes"), TOPIC, Payload.EMPTY));
        bad.isEndedBy(new Abort(
                Dict.of("message", "dict.acknowledge: expected a boolean, but found a string"),
                Uris.PROTOCOL_VIOLATION));
        good.calls(1, PROCEDURE);
        good.receivesError(Call.CODE, 1, Uris.NO_SUCH_PROCEDURE);
    }

    @Test
    void a_fault_of_the_router_ends_the_session_that_hit_it_and_no_other() {
        long[] ids = {0};
        Realm broken = new Realm(
                "com.example",
                Scenario.HERE,
                Scenario.surroundings(
                        (session, action, uri, match) -> Permission.ALLOWED,
                        () -> {
                            if (++ids[0] > 1) {
                                throw new IllegalStateException("planted");
                            }
                            return 77;
                        },
                        new TestTime()),
                RealmOptions.DEFAULT);
        TestPeer unlucky = new TestPeer(
                broken, scenario.newPeer("unlucky", "user", Dict.EMPTY).details());
        TestPeer lucky = new TestPeer(
                broken, scenario.newPeer("lucky", "user", Dict.EMPTY).details());
        broken.join(unlucky, new Message.Welcome(unlucky.id(), Dict.EMPTY));
        broken.join(lucky, new Message.Welcome(lucky.id(), Dict.EMPTY));
        unlucky.sends(new Publish(1, Dict.EMPTY, TOPIC, Payload.EMPTY));
        unlucky.isAborted(Uris.RUNTIME_ERROR);
        lucky.receives(Message.Welcome.class);
        lucky.calls(1, PROCEDURE);
        lucky.receivesError(Call.CODE, 1, Uris.NO_SUCH_PROCEDURE);
    }

    @Test
    void a_receiver_whose_link_fails_leaves_and_the_sender_stays() {
        TestPeer sender = scenario.joins("sender");
        TestPeer broken = scenario.joins("broken");
        TestPeer other = scenario.joins("other");
        List.of(broken, other).forEach(peer -> peer.subscribes(TOPIC));
        broken.reactsBy(message -> {
            throw new IllegalStateException("planted");
        });
        sender.sends(new Publish(1, Dict.EMPTY, TOPIC, Payload.EMPTY));
        broken.isAborted(Uris.NETWORK_FAILURE);
        other.receives(Message.Event.class);
        assertEquals(List.of(sender.details(), other.details()), scenario.view().sessions());
    }

    @Test
    @Conforms(Feature.SLOW_READERS)
    void a_slow_receiver_still_gets_its_answers() {
        TestPeer caller = scenario.joins("caller");
        TestPeer callee = scenario.joins("callee");
        callee.registers(PROCEDURE);
        caller.fallsBehind();
        caller.calls(1, PROCEDURE);
        callee.sends(new Yield(1, Dict.EMPTY, payload(1)));
        caller.receives(new Result(1, Dict.EMPTY, payload(1)));
        assertEquals(1, scenario.view().slowSends());
    }

    // ---- the one thread

    @Test
    void a_session_that_answers_while_it_is_sent_to_does_not_re_enter_the_realm() {
        TestPeer caller = scenario.joins("caller");
        TestPeer callee = scenario.joins("callee");
        callee.registers(PROCEDURE);
        List<String> order = new ArrayList<>();
        callee.reactsBy(message -> {
            callee.sends(new Yield(((Invocation) message).request(), Dict.EMPTY, Payload.EMPTY));
            order.add("the callee is through");
        });
        caller.reactsBy(message -> order.add("the caller has its result"));
        caller.calls(1, PROCEDURE);
        assertEquals(List.of("the callee is through", "the caller has its result"), order);
    }

    @Test
    void a_message_that_has_to_wait_owns_its_payload() {
        byte[] frame = "[1]".getBytes(StandardCharsets.UTF_8);
        TestPeer publisher = scenario.joins("publisher");
        TestPeer echo = scenario.joins("echo");
        TestPeer listener = scenario.joins("listener");
        echo.subscribes(TOPIC);
        listener.subscribes("com.example.echo");
        echo.reactsBy(message -> {
            Payload view = Payload.view(Format.JSON, ByteBuffer.wrap(frame), 1);
            echo.sends(new Publish(2, Dict.EMPTY, "com.example.echo", view));
            frame[1] = '9'; // the frame is used for something else as soon as the call returns
        });
        publisher.sends(new Publish(1, Dict.EMPTY, TOPIC, Payload.EMPTY));
        byte[] expected = "[1]".getBytes(StandardCharsets.UTF_8);
        listener.receivesPayload(Payload.owned(Format.JSON, ByteBuffer.wrap(expected), 1));
    }

    @Test
    @Conforms(Feature.ORDERING)
    void everything_happens_on_the_executor_in_the_order_it_came() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        Scenario queued = new Scenario(Limits.DEFAULT, (session, action, uri, match) -> Permission.ALLOWED, tasks::add);
        TestPeer peer = queued.newPeer("peer", "user", Dict.EMPTY);
        queued.realm().join(peer, welcome(peer));
        peer.sends(new Message.Subscribe(1, Dict.EMPTY, TOPIC));
        peer.sends(new Publish(2, Dict.of("exclude_me", false), TOPIC, Payload.EMPTY));
        peer.leaves();
        peer.receivesNothing();
        tasks.forEach(Runnable::run);
        peer.receives(welcome(peer));
        long subscription = peer.receives(Message.Subscribed.class).subscription();
        peer.receives(new Message.Event(subscription, FIRST_PUBLICATION, Dict.EMPTY, Payload.EMPTY));
        peer.receivesNothing();
    }

    /** A thread whose tasks the test runs, and which the test is on when it says so. */
    private static final class QueuedThread implements RealmThread {
        private final Queue<Runnable> tasks = new ArrayDeque<>();
        private boolean current;

        @Override
        public void execute(Runnable step) {
            tasks.add(step);
        }

        @Override
        public boolean isCurrent() {
            return current;
        }

        private void runAll() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
    }

    private static Scenario on(QueuedThread thread) {
        return new Scenario(Limits.DEFAULT, (session, action, uri, match) -> Permission.ALLOWED, thread);
    }

    @Test
    void a_message_on_the_thread_of_the_realm_is_handled_at_once_and_one_from_elsewhere_waits() {
        QueuedThread thread = new QueuedThread();
        Scenario queued = on(thread);
        TestPeer peer = queued.newPeer("peer", "user", Dict.EMPTY);
        queued.realm().join(peer, welcome(peer));
        thread.runAll();
        peer.receives(welcome(peer));
        thread.current = true;
        assertTrue(queued.realm().receive(peer, new Message.Subscribe(1, Dict.EMPTY, TOPIC)));
        peer.receives(Message.Subscribed.class);
        assertEquals(0, thread.tasks.size());
        thread.current = false;
        assertFalse(queued.realm().receive(peer, new Message.Subscribe(2, Dict.EMPTY, TOPIC)));
        peer.receivesNothing();
        thread.runAll();
        peer.receives(Message.Subscribed.class);
    }

    @Test
    void a_message_of_a_session_that_has_still_to_be_let_in_waits_for_that() {
        QueuedThread thread = new QueuedThread();
        Scenario queued = on(thread);
        TestPeer peer = queued.newPeer("peer", "user", Dict.EMPTY);
        queued.realm().join(peer, welcome(peer));
        thread.current = true;
        peer.sends(new Message.Subscribe(1, Dict.EMPTY, TOPIC));
        peer.receivesNothing();
        thread.runAll();
        peer.receives(welcome(peer));
        peer.receives(Message.Subscribed.class);
    }

    @Test
    void a_message_from_another_thread_owns_its_payload_while_it_waits() {
        QueuedThread thread = new QueuedThread();
        Scenario queued = on(thread);
        TestPeer publisher = queued.newPeer("publisher", "user", Dict.EMPTY);
        TestPeer listener = queued.newPeer("listener", "user", Dict.EMPTY);
        queued.realm().join(publisher, welcome(publisher));
        queued.realm().join(listener, welcome(listener));
        listener.sends(new Message.Subscribe(1, Dict.EMPTY, TOPIC));
        byte[] frame = "[1]".getBytes(StandardCharsets.UTF_8);
        publisher.sends(new Publish(1, Dict.EMPTY, TOPIC, Payload.view(Format.JSON, ByteBuffer.wrap(frame), 1)));
        frame[1] = '9';
        thread.runAll();
        listener.receives(welcome(listener));
        listener.receives(Message.Subscribed.class);
        byte[] expected = "[1]".getBytes(StandardCharsets.UTF_8);
        listener.receivesPayload(Payload.owned(Format.JSON, ByteBuffer.wrap(expected), 1));
    }

    @Test
    void what_is_sent_in_the_middle_of_a_step_is_handled_after_it_and_in_order() {
        TestPeer publisher = scenario.joins("publisher");
        TestPeer echo = scenario.joins("echo");
        TestPeer listener = scenario.joins("listener");
        echo.subscribes(TOPIC);
        listener.subscribes(TOPIC);
        listener.subscribes("com.example.echo");
        List<String> order = new ArrayList<>();
        echo.reactsBy(message -> {
            echo.sends(new Publish(2, Dict.EMPTY, "com.example.echo", Payload.EMPTY));
            echo.sends(new Publish(3, Dict.EMPTY, "com.example.echo", Payload.EMPTY));
        });
        listener.reactsBy(message -> order.add(message.name() + " " + ((Message.Event) message).publication()));
        publisher.sends(new Publish(1, Dict.EMPTY, TOPIC, Payload.EMPTY));
        long first = FIRST_PUBLICATION;
        assertEquals(List.of("EVENT " + first, "EVENT " + (first + 1), "EVENT " + (first + 2)), order);
    }

    @Test
    @Conforms(Feature.ORDERING)
    void what_is_sent_in_the_middle_of_a_step_is_handled_before_what_is_sent_after_it() {
        QueuedThread thread = new QueuedThread();
        Scenario queued = on(thread);
        TestPeer publisher = queued.newPeer("publisher", "user", Dict.EMPTY);
        TestPeer echo = queued.newPeer("echo", "user", Dict.EMPTY);
        queued.realm().join(publisher, welcome(publisher));
        queued.realm().join(echo, welcome(echo));
        thread.runAll();
        thread.current = true;
        echo.sends(new Message.Subscribe(1, Dict.EMPTY, TOPIC));
        echo.sends(new Message.Subscribe(2, Dict.EMPTY, "com.example.echo"));
        List<Long> order = new ArrayList<>();
        echo.reactsBy(message -> {
            if (message instanceof Message.Published published) {
                order.add(published.request());
            } else if (order.isEmpty()) {
                echo.sends(new Publish(3, Dict.of("acknowledge", true), "com.example.echo", Payload.EMPTY));
            }
        });
        publisher.sends(new Publish(1, Dict.EMPTY, TOPIC, Payload.EMPTY));
        echo.sends(new Publish(4, Dict.of("acknowledge", true), "com.example.echo", Payload.EMPTY));
        thread.runAll();
        assertEquals(List.of(3L, 4L), order);
    }

    @Test
    @Conforms(Feature.LIMITS)
    void limits_are_positive() {
        assertThrows(IllegalArgumentException.class, () -> new Limits(1, 1, 0, 1, 1));
    }
}
