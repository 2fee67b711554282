package io.bailiwick.router.history;

import io.bailiwick.router.broker.BrokerOptions.KeptTopic;
import io.bailiwick.router.broker.EventStore;
import io.bailiwick.router.broker.Ledger;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.store.Form;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.Form.Triple;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.Table;
import io.bailiwick.router.store.WriteTransaction;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The history of a realm in a store.
 *
 * <p>An event is handed to the store's writer and not waited for: it is on disk a moment after it was published, and an
 * acknowledged PUBLISH does not say that it is. What was handed over when the process dies may be lost, the latest events
 * first; what is there is whole. When the disk does not keep up or is full, or the event is longer than a row may be, the
 * event is delivered and not kept; {@link #lost} counts these. A query sees all that was appended before it.
 *
 * <p>The numbers, times and sizes of the events are also held in memory, so that what is to go is known without reading.
 */
public final class StoredEvents implements EventStore {
    private static final Logger log = LoggerFactory.getLogger(StoredEvents.class);

    /** The longest payload that is kept: in Base64 it must fit into a row. */
    static final int MAX_PAYLOAD = 640 << 10;

    /** The most bytes that may wait for the writer. */
    private static final long MAX_WAITING = 16L << 20;

    private final Store<HistorySchema> store;
    private final String realm;
    private final Executor reader;
    private final Map<KeptTopic, Ledger> ledgers = new HashMap<>();
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private CompletableFuture<?> lastWrite = CompletableFuture.completedFuture(null);

    private StoredEvents(Store<HistorySchema> store, String realm, Executor reader) {
        this.store = store;
        this.realm = realm;
        this.reader = reader;
    }

    /**
     * Opens the history of a realm: reads what is there, and removes what is not wanted any more. Waits for the disk.
     *
     * @param store one that several realms may share; it must stay open as long as the realm
     * @param topics the topics whose events are kept, as {@link io.bailiwick.router.broker.BrokerOptions#history} names them;
     *     what is kept of others is removed
     * @param reader reads for the queries; must not be the realm's thread, since reading waits for the disk
     */
    public static StoredEvents open(
            Store<HistorySchema> store, String realm, List<KeptTopic> topics, Executor reader, Instant now) {
        StoredEvents events = new StoredEvents(store, realm, reader);
        Map<Pair<String, String>, Ledger> wanted = new HashMap<>();
        for (KeptTopic topic : topics) {
            Ledger ledger = new Ledger(topic);
            events.ledgers.put(topic, ledger);
            wanted.put(log(topic), ledger);
        }
        store.writeAll(tx -> {
            List<Triple<String, Pair<String, String>, Long>> strangers = events.load(tx, wanted);
            strangers.forEach(key -> events.table().delete(tx, key));
            events.ledgers.forEach((topic, ledger) -> events.delete(tx, topic, ledger.excess(now)));
        });
        return events;
    }

    private List<Triple<String, Pair<String, String>, Long>> load(
            WriteTransaction tx, Map<Pair<String, String>, Ledger> wanted) {
        try (Stream<Table.Row<Triple<String, Pair<String, String>, Long>, EventRow>> rows =
                table().startingWith(tx, Form.text(), realm)) {
            return rows.filter(row -> {
                        Ledger ledger = wanted.get(row.key().second());
                        if (ledger != null) {
                            Kept event = row.row().event();
                            ledger.add(new Ledger.Line(
                                    row.key().third(), event.publication(), event.published(), event.size()));
                        }
                        return ledger == null;
                    })
                    .map(Table.Row::key)
                    .toList();
        }
    }

    private Table<Triple<String, Pair<String, String>, Long>, EventRow> table() {
        return store.schema().events;
    }

    private static Pair<String, String> log(KeptTopic topic) {
        return new Pair<>(topic.match().id(), topic.topic());
    }

    private Triple<String, Pair<String, String>, Long> key(KeptTopic topic, long number) {
        return new Triple<>(realm, log(topic), number);
    }

    private Ledger ledger(KeptTopic topic) {
        Ledger ledger = ledgers.get(topic);
        if (ledger == null) {
            throw new IllegalArgumentException("expected a topic that was named when the history of " + realm
                    + " was opened, but found " + shown(topic.match()) + topic.topic());
        }
        return ledger;
    }

    private static String shown(MatchPolicy match) {
        return match == MatchPolicy.EXACT ? "" : match.id() + " ";
    }

    /** How many events were delivered and not kept, since the history was opened. */
    public long lost() {
        return lost.get();
    }

    @Override
    public void append(KeptTopic topic, Kept event) {
        Ledger ledger = ledger(topic);
        long size = event.size();
        if (event.payload().length() > MAX_PAYLOAD || waiting.get() + size > MAX_WAITING) {
            lose(new RejectedExecutionException("expected an event that is shorter, or less that waits to be written"));
            return;
        }
        long number = ledger.add(event.publication(), event.published(), size);
        List<Long> gone = ledger.excess(event.published());
        waiting.addAndGet(size);
        write(tx -> {
                    // First, so that a topic that is full for ever never takes more than it may.
                    delete(tx, topic, gone);
                    if (!gone.contains(number)) {
                        table().insert(tx, key(topic, number), EventRow.of(event));
                    }
                })
                .whenComplete((done, failure) -> {
                    waiting.addAndGet(-size);
                    if (failure != null) {
                        lose(failure);
                    }
                });
    }

    private void delete(WriteTransaction tx, KeptTopic topic, List<Long> numbers) {
        numbers.forEach(number -> table().delete(tx, key(topic, number)));
    }

    /** A write that never waits; what it throws is in the future. */
    private CompletableFuture<Boolean> write(Consumer<WriteTransaction> work) {
        CompletableFuture<Boolean> written;
        try {
            written = store.writeAsync(tx -> {
                work.accept(tx);
                return true;
            });
        } catch (RejectedExecutionException | IllegalStateException refused) {
            return CompletableFuture.failedFuture(refused);
        }
        lastWrite = written;
        return written;
    }

    private void lose(Throwable why) {
        if (lost.getAndIncrement() == 0) {
            log.warn("history of realm {}: an event is not kept; further ones are counted only", realm, why);
        }
    }

    @Override
    public void query(KeptTopic topic, Search search, Answer<Page> answer) {
        Ledger.Range range = ledger(topic).range(search.query());
        if (range.first() > range.last()) {
            answer.found(new Page(List.of(), false));
            return;
        }
        lastWrite
                .handleAsync((done, failure) -> store.read(tx -> read(tx, topic, search, range)), reader)
                .whenComplete((page, failure) -> {
                    if (failure == null) {
                        answer.found(page);
                    } else {
                        answer.failed(failure);
                    }
                });
    }

    private Page read(ReadTransaction tx, KeptTopic topic, Search search, Ledger.Range range) {
        boolean reverse = search.query().reverse();
        try (Stream<Table.Row<Triple<String, Pair<String, String>, Long>, EventRow>> rows =
                table().range(tx, key(topic, range.first()), key(topic, range.last() + 1), reverse)) {
            return Page.of(
                    rows.map(row -> row.row().event()).iterator(), search.wanted(), search.limit(), search.bytes());
        }
    }

    @Override
    public void prune(KeptTopic topic, Instant now) {
        List<Long> gone = ledger(topic).excess(now);
        if (!gone.isEmpty()) {
            write(tx -> delete(tx, topic, gone));
        }
    }
}
