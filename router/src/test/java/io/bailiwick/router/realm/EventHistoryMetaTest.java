package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.broker.BrokerOptions;
import io.bailiwick.router.broker.BrokerOptions.KeptTopic;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.Publish;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer;
import io.bailiwick.router.session.Authorizer.Action;
import io.bailiwick.router.session.Authorizer.Permission;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** {@code wamp.subscription.get_events}, as a caller sees it. */
@Conforms(Feature.EVENT_HISTORY)
class EventHistoryMetaTest {
    private static final String GET = "wamp.subscription.get_events";
    private static final String TOPIC = "com.example.log";

    private static Scenario keeping(Authorizer authorizer) {
        BrokerOptions kept = BrokerOptions.DEFAULT.withHistory(List.of(KeptTopic.of(TOPIC, MatchPolicy.EXACT)));
        return new Scenario(RealmOptions.DEFAULT.with(kept), authorizer, Scenario.HERE);
    }

    private final Scenario scenario = keeping((session, action, uri, match) -> Permission.ALLOWED);
    private final Asker reader = new Asker(scenario.joins("reader"));
    private final TestPeer writer = scenario.joins("writer");
    private final Object id = reader.asksOne("wamp.subscription.lookup", TOPIC);

    private final CompletableFuture<Permission> decision = new CompletableFuture<>();

    private static void publish(TestPeer writer, long number) {
        writer.sends(new Publish(number, Dict.EMPTY, TOPIC, payload(number)));
    }

    private static List<?> numbers(List<?> events) {
        return events.stream()
                .map(event -> ((List<?>) ((Map<?, ?>) event).get("args")).get(0))
                .toList();
    }

    @Test
    void the_arguments_of_the_result_are_the_events() {
        assertEquals(List.of(), reader.asks(GET, id));
        publish(writer, 1);
        scenario.time().passes(1_000);
        publish(writer, 2);
        List<?> events = reader.asks(GET, id);
        assertEquals(List.of(1L, 2L), numbers(events));
        Map<?, ?> first = (Map<?, ?>) events.get(0);
        assertEquals(id, first.get("subscription"));
        assertEquals(Scenario.FIRST_PUBLICATION, first.get("publication"));
        assertTrue(first.keySet().containsAll(List.of("timestamp", "details")), first.toString());
    }

    @Test
    void conditions_are_given_by_keyword_and_all_must_be_met() {
        for (long number = 1; number <= 5; number++) {
            publish(writer, number);
            scenario.time().passes(1_000);
        }
        Map<String, Object> latest = Map.of("reverse", true, "limit", 2L);
        assertEquals(List.of(5L, 4L), numbers(reader.asks(latest, GET, id).list()));
        Map<String, Object> between = Map.of(
                "after_publication", Scenario.FIRST_PUBLICATION, "before_publication", Scenario.FIRST_PUBLICATION + 3);
        assertEquals(List.of(2L, 3L), numbers(reader.asks(between, GET, id).list()));
    }

    @Test
    void a_condition_of_the_wrong_form_is_refused_by_name() {
        for (Map<String, ?> wrong :
                List.of(Map.of("limit", 0L), Map.of("from_time", "yesterday"), Map.of("reverse", "yes"))) {
            String text = reader.isRefused(Uris.INVALID_ARGUMENT, wrong, GET, id);
            assertTrue(text.contains(wrong.keySet().iterator().next()), text);
        }
    }

    @Test
    void a_keyword_that_nobody_knows_is_refused() {
        publish(writer, 1);
        String text = reader.isRefused(Uris.INVALID_ARGUMENT, Map.of("until", "2023-11-14T22:13:20Z"), GET, id);
        assertTrue(text.contains("until_time"), "it names those that are known: " + text);
    }

    @Test
    void a_procedure_that_fails_after_a_decision_is_answered_all_the_same() {
        Scenario broken = new Scenario(
                RealmOptions.DEFAULT.with(
                        BrokerOptions.DEFAULT.withHistory(List.of(KeptTopic.of(TOPIC, MatchPolicy.EXACT)))),
                (session, action, uri, match) ->
                        action == Action.SUBSCRIBE ? new Authorizer.Pending(decision) : Permission.ALLOWED,
                Scenario.HERE);
        Asker asker = new Asker(broken.joins("reader"));
        Object of = asker.asksOne("wamp.subscription.lookup", TOPIC);
        asker.peer().sends(new Call(9, Dict.EMPTY, GET, payload(of)));
        asker.peer().receivesNothing();
        broken.time().fails();
        decision.complete(Permission.ALLOWED);
        asker.peer().receivesError(Call.CODE, 9, Uris.RUNTIME_ERROR);
    }

    @Test
    void what_is_not_there_not_kept_or_not_for_the_caller_is_refused() {
        reader.isRefused(Uris.NO_SUCH_SUBSCRIPTION, GET, 9_999L);
        long other = writer.subscribes("com.example.other");
        reader.isRefused(Uris.HISTORY_UNAVAILABLE, GET, other);
        Scenario strict = keeping((session, action, uri, match) ->
                new Permission(!(action == Action.SUBSCRIBE && session.authid().equals("stranger")), false));
        Asker stranger = new Asker(strict.joins("stranger"));
        stranger.isRefused(Uris.NOT_AUTHORIZED, GET, stranger.asksOne("wamp.subscription.lookup", TOPIC));
    }

    @Test
    void a_subscription_whose_events_are_kept_is_as_old_as_the_realm_and_stays() {
        String opened = scenario.time().instant().toString();
        scenario.time().passes(1_000);
        reader.peer().subscribes(TOPIC);
        assertEquals(opened, ((Map<?, ?>) reader.asksOne("wamp.subscription.get", id)).get("created"));
        assertEquals(1L, reader.asksOne("wamp.subscription.count_subscribers", id));
        reader.asks("wamp.subscription.remove_subscriber", id, reader.id());
        assertEquals(0L, reader.asksOne("wamp.subscription.count_subscribers", id));
    }
}
