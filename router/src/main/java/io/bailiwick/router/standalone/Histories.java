package io.bailiwick.router.standalone;

import io.bailiwick.router.broker.BrokerOptions.KeptTopic;
import io.bailiwick.router.broker.EventStore;
import io.bailiwick.router.broker.MemoryEventStore;
import io.bailiwick.router.history.HistorySchema;
import io.bailiwick.router.history.StoredEvents;
import io.bailiwick.router.store.Store;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Where realms keep the events of their history: in one store, or in memory. */
final class Histories implements AutoCloseable {
    private final Optional<Store<HistorySchema>> store;
    private final ExecutorService reader = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "bailiwick-history");
        thread.setDaemon(true);
        return thread;
    });

    private Histories(Optional<Store<HistorySchema>> store) {
        this.store = store;
    }

    /** Opens the store of a directory; without one, all is in memory. */
    static Histories open(Optional<Path> directory) {
        return new Histories(directory.map(path -> Store.open(path, new HistorySchema())));
    }

    /** Where a realm keeps the events of these topics. */
    EventStore of(String realm, List<KeptTopic> topics) {
        return store.<EventStore>map(open -> StoredEvents.open(open, realm, topics, reader, Instant.now()))
                .orElseGet(MemoryEventStore::new);
    }

    @Override
    public void close() {
        reader.shutdown();
        store.ifPresent(Store::close);
    }
}
