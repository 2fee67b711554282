package io.bailiwick.router.realm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.broker.BrokerOptions;
import io.bailiwick.router.broker.BrokerOptions.KeptTopic;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message.ErrorReply;
import io.bailiwick.router.message.Message.Publish;
import io.bailiwick.router.message.Message.Result;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Pending;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Authorizer.Verdict;
import io.bailiwick.router.session.SessionDetails;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The meta API where somebody else decides, who has not been asked before. Everything below {@code asked.} is asked for. */
class AskedRightsTest {
    private static final String GET = "wamp.subscription.get_events";
    private static final String DEFINE = "wamp.reflect.define";
    private static final String DESCRIBE = "wamp.reflect.describe";
    private static final String PROCEDURES = "wamp.reflection.procedure.list";

    private record Question(Action action, String uri, MatchPolicy match, CompletableFuture<Permission> answer) {}

    private final List<Question> questions = new ArrayList<>();
    private final Scenario scenario = new Scenario(
            RealmOptions.DEFAULT.with(
                    BrokerOptions.DEFAULT.withHistory(List.of(KeptTopic.of("asked.", MatchPolicy.PREFIX)))),
            new Deciding(),
            Scenario.HERE);
    private final Asker asker = new Asker(scenario.joins("asker", "asker"));
    private final Asker provider = new Asker(scenario.joins("provider", "provider"));

    /** Those who provide may everything; the others are asked for. */
    private final class Deciding implements Authorizer {
        @Override
        public Verdict permits(SessionDetails session, Action action, String uri, MatchPolicy match) {
            if (!isAskedFor(session, uri)) {
                return known(session, action, uri, match);
            }
            Question question = new Question(action, uri, match, new CompletableFuture<>());
            questions.add(question);
            return new Pending(question.answer());
        }

        @Override
        public Permission known(SessionDetails session, Action action, String uri, MatchPolicy match) {
            boolean allowed = session.authrole().equals("provider") || uri.startsWith("wamp.");
            return new Permission(allowed, false);
        }

        private static boolean isAskedFor(SessionDetails session, String uri) {
            return !session.authrole().equals("provider") && uri.startsWith("asked.");
        }
    }

    /** Answers a question, which must be this one. */
    private void answered(int question, Action action, String uri, boolean allowed) {
        assertEquals(
                action + " " + uri,
                questions.get(question).action() + " " + questions.get(question).uri());
        questions.get(question).answer().complete(allowed ? Permission.ALLOWED : Permission.DENIED);
    }

    private Object result() {
        return new TextPayloads()
                .decode(asker.peer().receives(Result.class).payload())
                .list()
                .get(0);
    }

    private List<?> listed() {
        return ((List<?>) result())
                .stream().filter(uri -> !((String) uri).startsWith("wamp.")).toList();
    }

    private void defined(int from, int to) {
        IntStream.range(from, to)
                .forEach(number -> provider.asks(DEFINE, "asked.%03d".formatted(number), "procedure", "one of many"));
    }

    // ---- the history of events

    @Test
    @Conforms(Feature.EVENT_HISTORY)
    void the_history_of_events_is_read_when_the_right_to_it_was_decided() {
        Object id = asker.asksOne("wamp.subscription.lookup", "asked.", Map.of("match", "prefix"));
        provider.peer().sends(new Publish(1, Dict.EMPTY, "asked.topic", TextPayloads.payload("kept")));
        asker.send(Map.of(), GET, id);
        asker.peer().receivesNothing();
        assertEquals(MatchPolicy.PREFIX, questions.get(0).match());
        answered(0, Action.SUBSCRIBE, "asked.", true);
        assertEquals(List.of("kept"), ((Map<?, ?>) result()).get("args"));
        asker.send(Map.of(), GET, id);
        answered(1, Action.SUBSCRIBE, "asked.", false);
        assertEquals(
                Uris.NOT_AUTHORIZED, asker.peer().receives(ErrorReply.class).error());
        asker.send(Map.of(), GET, id);
        scenario.time().passes(5_000);
        assertEquals(
                Uris.AUTHORIZATION_FAILED,
                asker.peer().receives(ErrorReply.class).error());
    }

    @Test
    void the_decisions_beside_its_requests_that_a_session_may_await_are_bounded() {
        Object id = asker.asksOne("wamp.subscription.lookup", "asked.", Map.of("match", "prefix"));
        IntStream.range(0, Decisions.MAX_ASIDES).forEach(call -> asker.send(Map.of(), GET, id));
        asker.peer().receivesNothing();
        asker.send(Map.of(), GET, id);
        assertEquals(
                Uris.AUTHORIZATION_FAILED,
                asker.peer().receives(ErrorReply.class).error());
        assertEquals(Decisions.MAX_ASIDES, questions.size());
        answered(0, Action.SUBSCRIBE, "asked.", false);
        asker.peer().receives(ErrorReply.class);
        asker.send(Map.of(), GET, id);
        assertEquals(Decisions.MAX_ASIDES + 1, questions.size(), "there is room for one again");
    }

    // ---- reflection

    @Test
    @Conforms({Feature.PROCEDURE_REFLECTION, Feature.TOPIC_REFLECTION})
    void a_list_names_what_the_one_who_decides_lets_be_seen() {
        defined(0, 3);
        provider.asks(DEFINE, "other.one", "procedure", "denied by a rule");
        asker.send(Map.of(), PROCEDURES);
        asker.peer().receivesNothing();
        answered(0, Action.CALL, "asked.000", true);
        answered(1, Action.CALL, "asked.001", false);
        answered(2, Action.CALL, "asked.002", false);
        // One right of two is enough: who may not call it may still register it.
        answered(3, Action.REGISTER, "asked.001", true);
        asker.peer().receivesNothing();
        answered(4, Action.REGISTER, "asked.002", false);
        assertEquals(List.of("asked.000", "asked.001"), listed());
        assertEquals(0, scenario.time().waiting(), "no deadline is left behind");
    }

    @Test
    void a_list_asks_for_a_few_at_a_time_and_not_for_all() {
        defined(0, 70);
        asker.send(Map.of(), PROCEDURES);
        assertEquals(8, questions.size());
        for (int number = 0; number < 64; number++) {
            answered(number, Action.CALL, "asked.%03d".formatted(number), true);
            assertTrue(questions.size() <= number + 1 + 8, "no more than 8 are open");
        }
        assertEquals(64, listed().size());
        assertEquals(64, questions.size());
    }

    @Test
    void a_list_does_not_wait_for_long_where_nobody_answers() {
        defined(0, 70);
        asker.send(Map.of(), PROCEDURES);
        scenario.time().passes(5_000);
        scenario.time().passes(5_000);
        assertEquals(List.of(), listed());
        assertTrue(questions.size() <= 16, questions.size() + " questions");
    }

    @Test
    void lists_of_one_session_come_one_after_the_other_and_those_of_another_beside_them() {
        Asker other = new Asker(scenario.joins("other", "asker"));
        defined(0, 8);
        asker.send(Map.of(), PROCEDURES);
        asker.send(Map.of(), PROCEDURES);
        assertEquals(8, questions.size());
        other.send(Map.of(), PROCEDURES);
        assertEquals(16, questions.size());
        for (int question = 0; question < 24; question++) {
            questions.get(question).answer().complete(Permission.ALLOWED);
        }
        assertEquals(8, listed().size());
        assertEquals(8, listed().size());
        other.peer().receives(Result.class);
    }

    @Test
    void who_has_left_is_asked_for_no_more() {
        defined(0, 20);
        asker.send(Map.of(), PROCEDURES);
        asker.peer().leaves();
        questions.get(0).answer().complete(Permission.ALLOWED);
        assertEquals(8, questions.size());
    }

    @Test
    @Conforms({Feature.PROCEDURE_REFLECTION, Feature.TOPIC_REFLECTION})
    void a_description_is_told_when_a_right_to_it_was_decided() {
        defined(0, 1);
        asker.send(Map.of(), DESCRIBE, "asked.000", "procedure");
        answered(0, Action.CALL, "asked.000", true);
        assertEquals("one of many", result());
        asker.send(Map.of(), "wamp.reflection.procedure.describe", "asked.000");
        answered(1, Action.CALL, "asked.000", false);
        answered(2, Action.REGISTER, "asked.000", false);
        assertNull(result());
        asker.send(Map.of(), DESCRIBE, "asked.000");
        answered(3, Action.SUBSCRIBE, "asked.000", true);
        asker.peer().receivesNothing();
        answered(4, Action.CALL, "asked.000", true);
        assertEquals("one of many", result());
    }

    @Test
    @Conforms({Feature.PROCEDURE_REFLECTION, Feature.TOPIC_REFLECTION})
    void who_describes_something_waits_for_the_decision_that_it_may() {
        asker.send(Map.of(), DEFINE, "asked.mine", "procedure", "mine");
        assertNull(provider.asksOne(DESCRIBE, "asked.mine"));
        answered(0, Action.REGISTER, "asked.mine", true);
        assertEquals(true, result());
        assertEquals("mine", provider.asksOne(DESCRIBE, "asked.mine"));
        asker.send(Map.of(), DEFINE, "asked.topic", "topic", "mine");
        answered(1, Action.PUBLISH, "asked.topic", false);
        assertEquals(
                Uris.NOT_AUTHORIZED, asker.peer().receives(ErrorReply.class).error());
        asker.send(Map.of(), DEFINE, "asked.topic", "topic", "mine");
        scenario.time().passes(5_000);
        assertEquals(
                Uris.AUTHORIZATION_FAILED,
                asker.peer().receives(ErrorReply.class).error());
    }

    @Test
    void a_description_that_is_allowed_when_its_session_has_left_does_not_stay() {
        asker.send(Map.of(), DEFINE, "asked.mine", "procedure", "mine");
        asker.peer().leaves();
        answered(0, Action.REGISTER, "asked.mine", true);
        assertNull(provider.asksOne(DESCRIBE, "asked.mine"));
    }
}
