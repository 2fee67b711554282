package io.bailiwick.router.broker;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.pattern.TopicMap;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The events that were published with {@code retain}, for those who subscribe later with {@code get_retained} (WAMP, "Event
 * Retention"). Of each topic a subscriber gets the most recent event that was for it; so where an event was not for
 * everybody, those before it stay, until nobody could want them any more or they are too many.
 *
 * <p>An event without arguments is an event like others: it is retained, and clears nothing.
 */
final class RetainedEvents {
    /** What an event takes beside its payload and its texts, roughly. */
    private static final int OVERHEAD = 400;

    /** The order in which they were published. */
    static final Comparator<Retained> ORDER = Comparator.comparing(Retained::at).thenComparingLong(Retained::number);

    private final BrokerOptions.Retention options;
    /** The latest first. */
    private final TopicMap<Deque<Retained>> byTopic = new TopicMap<>();

    /** The oldest first. */
    private final NavigableSet<Retained> inOrder = new TreeSet<>(ORDER);

    private long bytes;
    private long last;
    private Instant latest = Instant.MIN;

    RetainedEvents(BrokerOptions.Retention options) {
        this.options = options;
    }

    /**
     * A retained event.
     *
     * @param number counts publications: the order they came in
     * @param at when it was published, here or elsewhere; here no earlier than the one before
     */
    record Retained(long number, Instant at, Publication publication) {
        String topic() {
            return publication.topic();
        }

        /** For how many milliseconds it has been retained, here or elsewhere. */
        long age(Instant now) {
            return Math.max(0, Duration.between(at, now).toMillis());
        }

        Audience audience() {
            return publication.terms().audience();
        }

        /** Whether it is for some only, by lists or by what it is about. */
        boolean isForSome() {
            return audience().hasLists() || publication.terms().rkey() != null;
        }

        boolean isForSameAs(Retained other) {
            return audience().equals(other.audience())
                    && Objects.equals(
                            publication.terms().rkey(),
                            other.publication.terms().rkey());
        }

        long size() {
            PublishTerms terms = publication.terms();
            return OVERHEAD
                    + publication.payload().length()
                    + 2L * topic().length()
                    + Dict.sizeOf(terms.rkey())
                    + publication.details().size()
                    + Dict.sizeOf(terms.forwardFor())
                    + audience().size();
        }
    }

    /** Why an event is not retained; null when it is. What goes on with the payload counts as the payload does. */
    @Nullable
    String excess(PublishTerms terms, Payload payload) {
        long length = payload.length() + terms.passed().size();
        return length <= options.eventBytes()
                ? null
                : "expected at most " + options.eventBytes() + " bytes in an event to be retained, but found " + length;
    }

    /**
     * Retains an event. One that was retained elsewhere before takes its place among the others by its age.
     *
     * @param publication one whose payload lasts
     */
    void retain(Publication publication, Instant now) {
        expire(now);
        Instant at = now.minusMillis(Math.max(0, publication.terms().age()));
        if (at.isBefore(now.minus(options.age()))) {
            return;
        }
        if (!publication.terms().isLate()) {
            // A clock may be set back, which turns no order round.
            at = at.isBefore(latest) ? latest : at;
            latest = at;
        }
        Retained retained = new Retained(++last, at, publication);
        Deque<Retained> events = byTopic.get(publication.topic());
        if (events == null) {
            events = new ArrayDeque<>(2);
            byTopic.put(publication.topic(), events);
        }
        insert(events, retained);
        inOrder.add(retained);
        bytes += retained.size();
        List.copyOf(unwanted(events)).forEach(this::forget);
        while (inOrder.size() > options.events() || bytes > options.bytes()) {
            forget(inOrder.first());
        }
    }

    private static void insert(Deque<Retained> events, Retained retained) {
        Deque<Retained> later = new ArrayDeque<>(2);
        while (!events.isEmpty() && ORDER.compare(events.getFirst(), retained) > 0) {
            later.addFirst(events.removeFirst());
        }
        events.addFirst(retained);
        later.forEach(events::addFirst);
    }

    /** The events of a topic that nobody can want any more, and those that are too many. */
    private List<Retained> unwanted(Deque<Retained> events) {
        List<Retained> unwanted = new ArrayList<>();
        List<Retained> kept = new ArrayList<>();
        long waiting = Audience.NOBODY;
        boolean covered = false;
        for (Retained next : events) {
            Audience audience = next.audience();
            boolean repeated = kept.stream().anyMatch(next::isForSameAs);
            boolean useless = covered && (waiting == Audience.NOBODY || waiting == audience.excluded());
            if (repeated || useless || kept.size() == options.eventsPerTopic()) {
                unwanted.add(next);
                continue;
            }
            kept.add(next);
            if (!next.isForSome()) {
                // Everybody has found its event now, but perhaps one: the publisher of this one, unless an earlier
                // serves it.
                waiting = covered ? Audience.NOBODY : audience.excluded();
                covered = true;
            }
        }
        return unwanted;
    }

    private void expire(Instant now) {
        Instant oldest = now.minus(options.age());
        while (!inOrder.isEmpty() && inOrder.first().at().isBefore(oldest)) {
            forget(inOrder.first());
        }
    }

    private void forget(Retained retained) {
        inOrder.remove(retained);
        bytes -= retained.size();
        Deque<Retained> events = byTopic.get(retained.topic());
        if (events != null) {
            Iterator<Retained> each = events.descendingIterator();
            while (each.hasNext()) {
                if (each.next().number == retained.number) {
                    each.remove();
                }
            }
            if (events.isEmpty()) {
                byTopic.remove(retained.topic());
            }
        }
    }

    /** Forgets what is retained of a topic. */
    void forget(String topic) {
        Deque<Retained> events = byTopic.get(topic);
        if (events != null) {
            List.copyOf(events).forEach(this::forget);
        }
    }

    /**
     * What a new subscriber is sent: of each topic the most recent event that was for it, in the order they were published.
     * Where they are too many, the latest. A link is sent all that were for it, the latest first, so that each one behind it
     * finds its own.
     *
     * @param rest what of it has not been sent yet; null at the beginning
     */
    List<Retained> find(PubSubSession subscriber, Subscription subscription, @Nullable Rest rest, Instant now) {
        expire(now);
        boolean all = subscriber.member().details().isRouterLink();
        List<Retained> found = new ArrayList<>();
        byTopic.forEachMatch(subscription.match(), subscription.topic(), events -> {
            for (Retained next : events) {
                if (next.publication().isFor(subscriber, subscription)) {
                    found.add(next);
                    if (!all) {
                        return;
                    }
                }
            }
        });
        if (rest != null) {
            Rest left = rest;
            found.removeIf(next -> !left.includes(next, all));
        }
        found.sort(ORDER);
        int most = rest == null ? options.delivered() : rest.count;
        List<Retained> sent = new ArrayList<>(found.subList(Math.max(0, found.size() - most), found.size()));
        if (all) {
            Collections.reverse(sent);
        }
        return sent;
    }

    /**
     * What of the retained events a subscriber has not been sent yet. It holds none of them.
     *
     * @param asked the last event that was retained when it asked: it gets later ones as they happen
     * @param at when the next one was published, which may have been forgotten since
     * @param number the number of that
     * @param count how many there were from that one on
     */
    record Rest(long asked, Instant at, long number, int count) {
        private boolean includes(Retained event, boolean latestFirst) {
            int byTime = event.at.compareTo(at);
            int order = byTime == 0 ? Long.compare(event.number, number) : byTime;
            return event.number <= asked && (latestFirst ? order <= 0 : order >= 0);
        }
    }

    /**
     * So much is still to be sent.
     *
     * @param before what was still to be sent when this portion began; null for the first one
     * @param next the first that is not sent
     * @param count how many are not sent
     */
    Rest rest(@Nullable Rest before, Retained next, int count) {
        return new Rest(before == null ? last : before.asked, next.at, next.number, count);
    }

    /** Whether an event is retained, and the most recent one of its topic that is for a subscriber. */
    boolean isLatestFor(PubSubSession subscriber, Subscription subscription, Publication publication) {
        Deque<Retained> events = byTopic.get(publication.topic());
        if (events != null) {
            for (Retained next : events) {
                if (next.publication().isFor(subscriber, subscription)) {
                    return next.publication().id() == publication.id();
                }
            }
        }
        return false;
    }

    // ---- for those who look into the tables

    Set<Retained> inOrder() {
        return inOrder;
    }

    TopicMap<Deque<Retained>> topics() {
        return byTopic;
    }

    long bytes() {
        return bytes;
    }
}
