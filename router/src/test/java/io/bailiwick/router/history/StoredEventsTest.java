package io.bailiwick.router.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bailiwick.router.broker.Audience;
import io.bailiwick.router.broker.BrokerOptions.KeptTopic;
import io.bailiwick.router.broker.EventStore;
import io.bailiwick.router.broker.EventStore.Kept;
import io.bailiwick.router.broker.EventStore.Page;
import io.bailiwick.router.broker.HistoryQuery;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.store.Store;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The history of a realm in a store on the disk. */
@Conforms(Feature.EVENT_HISTORY)
class StoredEventsTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05.678901Z");
    private static final KeptTopic TOPIC = KeptTopic.of("com.example.topic", MatchPolicy.EXACT);
    private static final KeptTopic FEW =
            new KeptTopic("com.few", MatchPolicy.PREFIX, 3, 100_000, Duration.ofSeconds(10));

    @TempDir
    private Path directory;

    private final ExecutorService reader = Executors.newSingleThreadExecutor();
    private Store<HistorySchema> store;
    private StoredEvents events;

    @BeforeEach
    void opens() {
        store = Store.open(directory.resolve("history"), new HistorySchema());
        events = open(List.of(TOPIC, FEW), START);
    }

    @AfterEach
    void closes() {
        store.close();
        reader.shutdownNow();
    }

    private StoredEvents open(List<KeptTopic> topics, Instant now) {
        return StoredEvents.open(store, "com.example", topics, reader, now);
    }

    private void opensAgain(List<KeptTopic> topics, Instant now) {
        store.close();
        store = Store.open(directory.resolve("history"), new HistorySchema());
        events = open(topics, now);
    }

    private static Kept event(long publication, Instant at, String text) {
        Payload payload =
                Payload.owned(Format.JSON, ByteBuffer.wrap(("[\"" + text + "\"]").getBytes(StandardCharsets.UTF_8)), 1);
        return new Kept(publication, at, "com.example.topic", Dict.EMPTY, payload, Audience.EVERYONE);
    }

    private void appends(KeptTopic topic, int from, int until) {
        for (int i = from; i < until; i++) {
            events.append(topic, event(1_000 + i, START.plusSeconds(i), "event " + i));
        }
    }

    private Page finds(KeptTopic topic, Map<String, ?> keywords, Predicate<Kept> wanted, int limit) throws Exception {
        CompletableFuture<Page> answer = new CompletableFuture<>();
        HistoryQuery query = HistoryQuery.of(new Values(List.of(1L), keywords));
        events.query(topic, new EventStore.Search(query, wanted, limit, 1 << 20), new EventStore.Answer<>() {
            @Override
            public void found(Page what) {
                answer.complete(what);
            }

            @Override
            public void failed(Throwable why) {
                answer.completeExceptionally(why);
            }
        });
        return answer.get(20, TimeUnit.SECONDS);
    }

    private List<Long> found(KeptTopic topic, Map<String, ?> keywords) throws Exception {
        return finds(topic, keywords, event -> true, 100).events().stream()
                .map(Kept::publication)
                .toList();
    }

    @Test
    void an_event_comes_back_as_it_went_also_after_the_store_was_closed() throws Exception {
        Dict details = Dict.of(Map.of("publisher", 77L, "publisher_authid", "ann", "ppt_scheme", "x_own"));
        Payload payload = Payload.owned(Format.CBOR, ByteBuffer.wrap(new byte[] {(byte) 0x81, 5}), 1);
        Audience some = new Audience(
                Audience.NOBODY,
                new Audience.Lists(null, Set.of("ann", "bob"), null),
                new Audience.Lists(null, Set.of(), Set.of("guest")));
        Kept first = new Kept(1L << 53, START, "com.example.topic", details, payload, some);
        Kept second = new Kept(2, START, "com.example.topic", Dict.EMPTY, Payload.EMPTY, Audience.EVERYONE);
        events.append(TOPIC, first);
        events.append(TOPIC, second);
        assertEquals(
                List.of(first, second), finds(TOPIC, Map.of(), event -> true, 9).events());
        opensAgain(List.of(TOPIC, FEW), START);
        assertEquals(
                List.of(first, second), finds(TOPIC, Map.of(), event -> true, 9).events());
    }

    @Test
    void a_query_sees_all_that_was_appended_before_it_and_finds_what_it_asks_for() throws Exception {
        appends(TOPIC, 0, 5);
        assertEquals(List.of(1000L, 1001L, 1002L, 1003L, 1004L), found(TOPIC, Map.of()));
        assertEquals(List.of(1004L, 1003L, 1002L), found(TOPIC, Map.of("reverse", true, "after_publication", 1001L)));
        assertEquals(List.of(1001L), found(TOPIC, Map.of("from_publication", 1001L, "before_publication", 1002L)));
        assertEquals(List.of(), found(TOPIC, Map.of("until_publication", 5L)));
        assertEquals(List.of(), found(FEW, Map.of()));
        Page page = finds(TOPIC, Map.of(), event -> event.publication() % 2 == 0, 2);
        assertEquals(
                List.of(1000L, 1002L),
                page.events().stream().map(Kept::publication).toList());
        assertEquals(true, page.more());
    }

    @Test
    void numbers_go_on_after_the_store_was_closed() throws Exception {
        appends(TOPIC, 0, 2);
        opensAgain(List.of(TOPIC, FEW), START);
        appends(TOPIC, 2, 4);
        assertEquals(List.of(1000L, 1001L, 1002L, 1003L), found(TOPIC, Map.of()));
        assertEquals(List.of(1001L, 1002L, 1003L), found(TOPIC, Map.of("after_publication", 1000L)));
    }

    @Test
    @Conforms(Feature.LIMITS)
    void what_is_too_much_or_too_old_goes_from_the_disk() throws Exception {
        appends(FEW, 0, 5);
        assertEquals(List.of(1002L, 1003L, 1004L), found(FEW, Map.of()));
        assertEquals(3, rows());
        events.prune(FEW, START.plusSeconds(13));
        assertEquals(List.of(1003L, 1004L), found(FEW, Map.of()));
        assertEquals(2, rows());
        opensAgain(List.of(TOPIC, FEW), START.plusSeconds(14));
        assertEquals(1, rows());
    }

    @Test
    void what_is_not_to_be_kept_any_more_goes_when_the_history_is_opened() throws Exception {
        appends(TOPIC, 0, 2);
        appends(FEW, 0, 2);
        StoredEvents other = StoredEvents.open(store, "com.other", List.of(TOPIC), reader, START);
        other.append(TOPIC, event(5, START, "of another realm"));
        found(TOPIC, Map.of());
        opensAgain(List.of(TOPIC), START);
        assertEquals(3, rows());
        assertEquals(List.of(1000L, 1001L), found(TOPIC, Map.of()));
        assertThrows(IllegalArgumentException.class, () -> events.append(FEW, event(9, START, "unknown topic")));
    }

    @Test
    @Conforms(Feature.LIMITS)
    void an_event_that_is_too_long_for_a_row_is_not_kept_and_counted() throws Exception {
        events.append(TOPIC, event(1, START, "x".repeat(StoredEvents.MAX_PAYLOAD)));
        events.append(TOPIC, event(2, START, "x".repeat(StoredEvents.MAX_PAYLOAD - 4)));
        assertEquals(List.of(2L), found(TOPIC, Map.of()));
        assertEquals(1, events.lost());
    }

    @Test
    void when_the_store_is_closed_events_are_counted_as_lost_and_queries_fail() {
        appends(TOPIC, 0, 1);
        store.close();
        appends(TOPIC, 1, 3);
        assertEquals(2, events.lost());
        assertThrows(Exception.class, () -> found(TOPIC, Map.of()));
    }

    @Test
    void the_names_in_the_store_never_change() {
        assertEquals(List.of("events"), new HistorySchema().names());
    }

    private long rows() throws Exception {
        found(TOPIC, Map.of());
        store.writeAll(tx -> {});
        return store.read(tx -> store.schema().events.count(tx));
    }
}
