package io.bailiwick.router.broker;

import io.bailiwick.router.broker.BrokerOptions.KeptTopic;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Keeps events as long as the realm is open. Answers at once. */
public final class MemoryEventStore implements EventStore {
    private final Map<KeptTopic, Log> logs = new HashMap<>();

    /** An empty store. */
    public MemoryEventStore() {}

    private static final class Log {
        private final Ledger ledger;
        private final TreeMap<Long, Kept> events = new TreeMap<>();

        Log(KeptTopic topic) {
            this.ledger = new Ledger(topic);
        }

        void letGo(Instant now) {
            ledger.excess(now).forEach(events::remove);
        }
    }

    private Log log(KeptTopic topic) {
        return logs.computeIfAbsent(topic, Log::new);
    }

    @Override
    public void append(KeptTopic topic, Kept event) {
        Log log = log(topic);
        log.events.put(log.ledger.add(event.publication(), event.published(), event.size()), event);
        log.letGo(event.published());
    }

    @Override
    public void query(KeptTopic topic, Search search, Answer<Page> answer) {
        Log log = log(topic);
        Ledger.Range range = log.ledger.range(search.query());
        if (range.first() > range.last()) {
            answer.found(new Page(List.of(), false));
            return;
        }
        NavigableMap<Long, Kept> events = log.events.subMap(range.first(), true, range.last(), true);
        NavigableMap<Long, Kept> ordered = search.query().reverse() ? events.descendingMap() : events;
        answer.found(Page.of(ordered.values().iterator(), search.wanted(), search.limit(), search.bytes()));
    }

    @Override
    public void prune(KeptTopic topic, Instant now) {
        log(topic).letGo(now);
    }
}
