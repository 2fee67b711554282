package io.bailiwick.router.realm;

import static io.bailiwick.router.realm.Scenario.FIRST_PUBLICATION;
import static io.bailiwick.router.realm.TextPayloads.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.broker.BrokerOptions;
import io.bailiwick.router.broker.BrokerOptions.KeptTopic;
import io.bailiwick.router.broker.EventStore;
import io.bailiwick.router.broker.HistoryQuery;
import io.bailiwick.router.broker.HistoryQuery.Refused;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Message.Publish;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.PayloadCodec.Values;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The history of events (WAMP, "Event History"), asked of the broker. */
@Conforms(Feature.EVENT_HISTORY)
class EventHistoryTest {
    private static final String TOPIC = "com.example.topic";

    private final Scenario scenario = scenario(
            KeptTopic.of(TOPIC, MatchPolicy.EXACT),
            new KeptTopic("com.few", MatchPolicy.PREFIX, 3, 10_000, Duration.ofSeconds(10)));
    private final TestPeer publisher = scenario.joins("publisher");
    private final TestPeer reader = scenario.joins("reader");
    private final long subscription = reader.subscribes(TOPIC);
    private long lastRequest;

    private static Scenario scenario(KeptTopic... kept) {
        return new Scenario(
                RealmOptions.DEFAULT.with(BrokerOptions.DEFAULT.withHistory(List.of(kept))),
                (session, action, uri, match) ->
                        session.authid().equals("stranger") ? Permission.DENIED : Permission.ALLOWED,
                Scenario.HERE);
    }

    private void publishes(String topic, Object value, Dict options) {
        publisher.sends(new Publish(++lastRequest, options, topic, payload(value)));
    }

    private void publishes(Object value) {
        publishes(TOPIC, value, Dict.EMPTY);
    }

    /** Five events, one a second, with the arguments 0 to 4. */
    private void publishesFive() {
        for (long value = 0; value < 5; value++) {
            publishes(value);
            scenario.time().passes(1_000);
        }
    }

    private Values asks(TestPeer peer, long of, Map<String, ?> keywords) throws Refused {
        List<Values> answers = new ArrayList<>();
        HistoryQuery query = HistoryQuery.of(new Values(List.of(of), keywords));
        scenario.realm().broker().history(peer.details(), query, new EventStore.Answer<>() {
            @Override
            public void found(Values what) {
                answers.add(what);
            }

            @Override
            public void failed(Throwable why) {
                throw new AssertionError(why);
            }
        });
        assertEquals(1, answers.size());
        return answers.get(0);
    }

    /** The first arguments of the events that were found. */
    private static String arguments(Values answer) {
        StringBuilder found = new StringBuilder();
        answer.list().forEach(event -> found.append(((List<?>) ((Map<?, ?>) event).get("args")).get(0)));
        return found.toString();
    }

    private String found(Map<String, ?> keywords) throws Refused {
        return arguments(asks(reader, subscription, keywords));
    }

    // ---- what is found

    @Test
    void the_events_are_the_arguments_of_the_result() throws Refused {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("disclose_me", true);
        publisher.sends(new Publish(1, Dict.of(options), TOPIC, TextPayloads.keywords(Map.of("key", 5L), "text")));
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("timestamp", "2023-11-14T22:13:20Z");
        event.put("subscription", subscription);
        event.put("publication", FIRST_PUBLICATION);
        event.put("topic", TOPIC);
        event.put(
                "details",
                Map.of(
                        "publisher", publisher.id(),
                        "publisher_authid", "publisher",
                        "publisher_authrole", "user"));
        event.put("args", List.of("text"));
        event.put("kwargs", Map.of("key", 5L));
        assertEquals(new Values(List.of(event), Map.of()), asks(reader, subscription, Map.of()));
    }

    @Test
    void the_history_is_there_whoever_is_subscribed() throws Refused {
        reader.leaves();
        publishes(1L);
        TestPeer late = scenario.joins("late");
        long again = late.subscribes(TOPIC);
        assertEquals(subscription, again, "the subscription has kept its id");
        assertEquals("1", arguments(asks(late, again, Map.of())));
    }

    @ParameterizedTest
    @CsvSource({
        "limit, 2, 01",
        "limit, 9, 01234",
        "from_time, 2023-11-14T22:13:22Z, 234",
        "from_time, 2023-11-14T22:13:22.001Z, 34",
        "from_time, 2023-11-14T23:13:22+01:00, 234",
        "after_time, 2023-11-14T22:13:22Z, 34",
        "before_time, 2023-11-14T22:13:22Z, 01",
        "until_time, 2023-11-14T22:13:22Z, 012",
        "topic, com.example.topic, 01234",
        "topic, com.example, ''",
        "from_publication, 1002, 234",
        "after_publication, 1002, 34",
        "before_publication, 1002, 01",
        "until_publication, 1002, 012",
        "from_publication, 7, 01234",
        "after_publication, 7, 01234",
        "before_publication, 7, ''",
        "until_publication, 7, ''",
        "reverse, true, 43210",
        "reverse, false, 01234",
        "unknown, true, 01234",
    })
    void each_key_of_a_query_says_which_events_are_wanted(String key, String value, String expected) throws Refused {
        publishesFive();
        assertEquals(expected, found(Map.of(key, value(value))));
    }

    private static Object value(String text) {
        if (text.matches("true|false")) {
            return Boolean.valueOf(text);
        }
        return text.matches("\\d+") ? (Object) Long.valueOf(text) : text;
    }

    @Test
    void all_conditions_must_be_met() throws Refused {
        publishesFive();
        assertEquals(
                "2", found(Map.of("after_publication", 1001L, "before_time", "2023-11-14T22:13:23Z", "topic", TOPIC)));
        assertEquals("43", found(Map.of("reverse", true, "limit", 2L)));
        assertEquals("21", found(Map.of("reverse", true, "until_publication", 1002L, "from_publication", 1001.0)));
        assertEquals("", found(Map.of("after_publication", 1003L, "until_publication", 1001L)));
    }

    @Test
    void when_there_are_more_events_the_answer_says_so() throws Refused {
        publishesFive();
        assertEquals(
                Map.of("more", true),
                asks(reader, subscription, Map.of("limit", 4L)).map());
        assertEquals(Map.of(), asks(reader, subscription, Map.of("limit", 5L)).map());
    }

    @Test
    void an_answer_has_only_so_many_events() throws Refused {
        Scenario big = scenario(new KeptTopic(TOPIC, MatchPolicy.EXACT, 2_000, 100L << 20, Duration.ofDays(1)));
        assertEquals(0, big.view().sessions().size());
        for (long i = 0; i < 1_200; i++) {
            publishes(i);
        }
        assertEquals(1_000, asks(reader, subscription, Map.of()).list().size());
    }

    @Test
    void an_answer_has_only_so_many_bytes() throws Refused {
        for (int i = 0; i < 4; i++) {
            publishes("x".repeat(400_000));
        }
        Values answer = asks(reader, subscription, Map.of());
        assertEquals(2, answer.list().size());
        assertEquals(Map.of("more", true), answer.map());
    }

    @Test
    void a_pattern_has_the_history_of_all_its_topics() throws Refused {
        publishes("com.few.a", 1L, Dict.EMPTY);
        publishes("com.fewer", 2L, Dict.EMPTY);
        publishes("com.other", 3L, Dict.EMPTY);
        long few = reader.subscribes("com.few", Dict.of("match", "prefix"));
        assertEquals("12", arguments(asks(reader, few, Map.of())));
        assertEquals("2", arguments(asks(reader, few, Map.of("topic", "com.fewer"))));
    }

    // ---- who may read

    @ParameterizedTest
    @CsvSource({
        "eligible_authid, reader, true",
        "eligible_authid, other, false",
        "eligible_authrole, user, true",
        "eligible_authrole, admin, false",
        "exclude_authid, reader, false",
        "exclude_authid, other, true",
        "exclude_authrole, user, false",
        "exclude_authrole, admin, true",
    })
    void authids_and_authroles_are_put_to_who_asks(String option, String name, boolean read) throws Refused {
        publishes(TOPIC, 1L, Dict.of(option, List.of(name)));
        assertEquals(read ? "1" : "", found(Map.of()));
    }

    @Test
    void what_the_reader_may_not_see_does_not_count_against_its_limit() throws Refused {
        publishes(TOPIC, 1L, Dict.of("exclude_authid", List.of("reader")));
        publishes(2L);
        assertEquals("2", found(Map.of("limit", 1L)));
        assertEquals(Map.of(), asks(reader, subscription, Map.of("limit", 1L)).map());
    }

    @ParameterizedTest
    @CsvSource({"eligible", "exclude"})
    void an_event_for_sessions_by_their_ids_is_never_kept(String option) throws Refused {
        publishes(TOPIC, 1L, Dict.of(option, List.of(reader.id())));
        assertEquals("", found(Map.of()));
        assertEquals("", arguments(asks(publisher, subscription, Map.of())));
    }

    @Test
    void the_publisher_may_read_what_it_published() throws Refused {
        publishes(1L);
        assertEquals("1", arguments(asks(publisher, subscription, Map.of())));
    }

    @Test
    void a_subscription_that_is_not_there_or_not_kept_has_no_history() {
        long other = reader.subscribes("com.other");
        assertRefused(Uris.HISTORY_UNAVAILABLE, reader, other, Map.of());
        assertRefused(Uris.NO_SUCH_SUBSCRIPTION, reader, 99, Map.of());
    }

    private void assertRefused(String error, TestPeer peer, long of, Map<String, ?> keywords) {
        assertEquals(
                error,
                assertThrows(Refused.class, () -> asks(peer, of, keywords)).error());
    }

    @ParameterizedTest
    @CsvSource({
        "limit, 0",
        "limit, text",
        "reverse, text",
        "reverse, 1",
        "from_time, yesterday",
        "until_time, 5",
        "topic, 5",
        "from_publication, 0",
        "until_publication, text",
        "after_publication, 9007199254740993",
    })
    void an_argument_of_the_wrong_type_or_form_is_refused(String key, String value) {
        assertRefused(Uris.INVALID_ARGUMENT, reader, subscription, Map.of(key, value(value)));
    }

    @Test
    void a_query_without_a_subscription_is_refused() {
        Refused refused = assertThrows(Refused.class, () -> HistoryQuery.of(Values.NONE));
        assertEquals(Uris.INVALID_ARGUMENT, refused.error());
        assertTrue(refused.text().contains("subscription"), refused.text());
    }

    // ---- bounds

    @Test
    @Conforms(Feature.LIMITS)
    void the_oldest_events_go_when_there_are_too_many() throws Refused {
        long few = reader.subscribes("com.few", Dict.of("match", "prefix"));
        for (long i = 0; i < 5; i++) {
            publishes("com.few", i, Dict.EMPTY);
        }
        assertEquals("234", arguments(asks(reader, few, Map.of())));
        long first = FIRST_PUBLICATION;
        assertEquals("234", arguments(asks(reader, few, Map.of("after_publication", first))), "as if it were older");
        publishes("com.few", "x".repeat(9_200), Dict.EMPTY);
        assertEquals(2, asks(reader, few, Map.of()).list().size(), "by bytes");
        publishes("com.few", "x".repeat(10_000), Dict.EMPTY);
        assertEquals(2, asks(reader, few, Map.of()).list().size(), "what is longer than all may be is not kept");
    }

    @Test
    @Conforms(Feature.LIMITS)
    void an_event_that_is_too_old_is_not_found() throws Refused {
        long few = reader.subscribes("com.few", Dict.of("match", "prefix"));
        Instant start = scenario.time().instant();
        publishes("com.few", 1L, Dict.EMPTY);
        scenario.time().passes(5_000);
        publishes("com.few", 2L, Dict.EMPTY);
        scenario.time().passes(5_001);
        assertEquals("2", arguments(asks(reader, few, Map.of("from_time", start.toString()))));
    }

    @Test
    void a_topic_is_kept_once() {
        KeptTopic kept = KeptTopic.of(TOPIC, MatchPolicy.EXACT);
        assertThrows(IllegalArgumentException.class, () -> BrokerOptions.DEFAULT.withHistory(List.of(kept, kept)));
    }
}
