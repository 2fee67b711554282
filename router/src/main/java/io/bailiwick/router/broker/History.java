package io.bailiwick.router.broker;

import io.bailiwick.router.broker.BrokerOptions.KeptTopic;
import io.bailiwick.router.broker.EventStore.Answer;
import io.bailiwick.router.broker.EventStore.Kept;
import io.bailiwick.router.broker.EventStore.Page;
import io.bailiwick.router.session.PayloadCodec;
import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.session.SessionDetails;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The history of events (WAMP, "Event History"): which are kept, who may read them, and the form they are given out in. Events
 * that were for sessions by their ids are not kept, since these say nothing about who asks later.
 */
final class History {
    /** The most events of an answer, and the most bytes of all of them. */
    static final int MAX_EVENTS = 1_000;

    static final long MAX_BYTES = 1L << 20;

    private final EventStore store;
    private final PayloadCodec payloads;

    History(EventStore store, PayloadCodec payloads) {
        this.store = store;
        this.payloads = payloads;
    }

    /** Keeps what was published to a kept topic, if it is of the kind that is kept. */
    void keep(KeptTopic topic, Publication publication, Instant now) {
        Audience audience = publication.terms().audience();
        if (audience.namesSessions()) {
            return;
        }
        Audience readers = new Audience(Audience.NOBODY, audience.eligible(), audience.exclude());
        Kept event = new Kept(
                publication.id(),
                now,
                publication.topic(),
                publication.details(),
                publication.payload().keep(),
                readers);
        if (event.size() <= topic.bytes()) {
            store.append(topic, event);
        }
    }

    /** Finds what a session may read. */
    void query(KeptTopic topic, HistoryQuery query, SessionDetails reader, Instant now, Answer<Values> answer) {
        store.prune(topic, now);
        int limit = query.limit() == 0 ? MAX_EVENTS : Math.min(query.limit(), MAX_EVENTS);
        EventStore.Search search = new EventStore.Search(
                query, event -> query.wants(event) && event.audience().admits(reader), limit, MAX_BYTES);
        store.query(topic, search, new Answer<>() {
            @Override
            public void found(Page page) {
                Values result;
                try {
                    result = result(query.subscription(), page);
                } catch (RuntimeException failure) {
                    answer.failed(failure);
                    return;
                }
                answer.found(result);
            }

            @Override
            public void failed(Throwable why) {
                answer.failed(why);
            }
        });
    }

    /** The events are the positional arguments; {@code more} says that there are others. */
    private Values result(long subscription, Page page) {
        List<Object> events = new ArrayList<>(page.events().size());
        for (Kept event : page.events()) {
            Map<String, @Nullable Object> told = written(subscription, event);
            if (told != null) {
                events.add(told);
            }
        }
        return new Values(events, page.more() ? Map.of("more", true) : Map.of());
    }

    /**
     * An event in the form that it is given out in. Here its arguments are two levels deeper than in the PUBLISH, and so may be
     * too deep: then it has none. One event that cannot be written must not cost its readers all the others.
     *
     * @return null where it cannot be written at all
     */
    private @Nullable Map<String, @Nullable Object> written(long subscription, Kept event) {
        Map<String, @Nullable Object> bare = told(subscription, event);
        Map<String, @Nullable Object> told = new LinkedHashMap<>(bare);
        try {
            addArguments(event, told);
            payloads.encode(Values.of(told));
            return told;
        } catch (RuntimeException unwritable) {
            bare.put("x_arguments_omitted", true);
            return canBeWritten(bare) ? bare : null;
        }
    }

    private boolean canBeWritten(Map<String, @Nullable Object> told) {
        try {
            payloads.encode(Values.of(told));
            return true;
        } catch (RuntimeException unwritable) {
            return false;
        }
    }

    private static Map<String, @Nullable Object> told(long subscription, Kept event) {
        Map<String, @Nullable Object> told = new LinkedHashMap<>();
        told.put("timestamp", event.published().toString());
        told.put("subscription", subscription);
        told.put("publication", event.publication());
        told.put("topic", event.topic());
        told.put("details", event.details().entries());
        return told;
    }

    private void addArguments(Kept event, Map<String, @Nullable Object> told) {
        Values arguments = payloads.decode(event.payload());
        if (!arguments.list().isEmpty() || !arguments.map().isEmpty()) {
            told.put("args", arguments.list());
        }
        if (!arguments.map().isEmpty()) {
            told.put("kwargs", arguments.map());
        }
    }
}
