package io.bailiwick.router.broker;

import io.bailiwick.router.broker.BrokerOptions.KeptTopic;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Payload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Where a broker keeps the events of its history. Its methods are called on the realm's thread, with the topics of
 * {@link BrokerOptions#history} alone, and none may wait. It holds no more of a topic than that allows: see {@link Ledger}.
 */
public interface EventStore {

    /**
     * An event that is kept.
     *
     * @param publication the publication id
     * @param published when it was published
     * @param topic what it was published to
     * @param details what every subscriber was told
     * @param payload its arguments; they last
     * @param audience who may read it: authids and authroles, never session ids
     */
    record Kept(long publication, Instant published, String topic, Dict details, Payload payload, Audience audience) {
        private static final int OVERHEAD = 300;

        /** A measure of the memory that it takes, in bytes. */
        public long size() {
            return OVERHEAD + payload.length() + 2L * topic.length() + details.size() + audience.size();
        }
    }

    /**
     * What was found.
     *
     * @param events the events, in the order that was asked for
     * @param more whether there are more of them
     */
    record Page(List<Kept> events, boolean more) {

        /**
         * The first of these events that are wanted.
         *
         * @param limit the most events, at least 1
         * @param bytes the most bytes of all of them; the first is taken whatever its size
         */
        public static Page of(Iterator<Kept> all, Predicate<Kept> wanted, int limit, long bytes) {
            List<Kept> events = new ArrayList<>();
            long size = 0;
            while (all.hasNext()) {
                Kept next = all.next();
                if (!wanted.test(next)) {
                    continue;
                }
                size += next.size();
                if (events.size() == limit || (size > bytes && !events.isEmpty())) {
                    return new Page(List.copyOf(events), true);
                }
                events.add(next);
            }
            return new Page(List.copyOf(events), false);
        }
    }

    /**
     * What is looked for.
     *
     * @param query the order, and from which publication to which
     * @param wanted whether an event is wanted; asked on any thread
     * @param limit the most events
     * @param bytes the most bytes of all of them
     */
    record Search(HistoryQuery query, Predicate<Kept> wanted, int limit, long bytes) {}

    /** Takes what was found, or why nothing could be: one of the two, once, at once or later, on any thread. */
    interface Answer<T> {
        /** It was found. */
        void found(T what);

        /** It could not be read. */
        void failed(Throwable why);
    }

    /** Keeps an event behind those that were kept before, and lets go of those that are too many or too old. */
    void append(KeptTopic topic, Kept event);

    /** Finds the events of a topic that were appended before, in the order they were appended. */
    void query(KeptTopic topic, Search search, Answer<Page> answer);

    /** Lets go of the events of a topic that are too old. */
    void prune(KeptTopic topic, Instant now);
}
