package io.bailiwick.router.broker;

import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.session.SessionDetails;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What a broker keeps, and for how long.
 *
 * @param retention the bounds of retained events
 * @param confirmation the bounds of publications that wait for their receivers
 * @param history the topics whose events are kept for {@code wamp.subscription.get_events}
 * @param linkRoles the authroles of links to other routers, which may say for whom they forward
 */
public record BrokerOptions(
        Retention retention, Confirmation confirmation, List<KeptTopic> history, Set<String> linkRoles) {
    /** Retained events within bounds, no history, and links in the role that links have everywhere. */
    public static final BrokerOptions DEFAULT =
            new BrokerOptions(Retention.DEFAULT, Confirmation.DEFAULT, List.of(), Set.of(SessionDetails.ROUTER_LINK));

    /** @throws IllegalArgumentException when a topic is to be kept twice */
    public BrokerOptions {
        history = List.copyOf(history);
        linkRoles = Set.copyOf(linkRoles);
        long different = history.stream()
                .map(kept -> kept.match + " " + kept.topic)
                .distinct()
                .count();
        if (different < history.size()) {
            throw new IllegalArgumentException("expected each topic once, but found one that is to be kept twice");
        }
    }

    /** These options with other bounds for retained events. */
    public BrokerOptions with(Retention other) {
        return new BrokerOptions(other, confirmation, history, linkRoles);
    }

    /** These options with other bounds for confirmations. */
    public BrokerOptions with(Confirmation other) {
        return new BrokerOptions(retention, other, history, linkRoles);
    }

    /** These options with the history of these topics. */
    public BrokerOptions withHistory(List<KeptTopic> topics) {
        return new BrokerOptions(retention, confirmation, topics, linkRoles);
    }

    /** These options with links of these authroles. */
    public BrokerOptions withLinks(Set<String> authroles) {
        return new BrokerOptions(retention, confirmation, history, authroles);
    }

    /**
     * How much is retained. When there is too much of it, the oldest goes.
     *
     * @param events the most events
     * @param bytes the most bytes of all of them, as a measure of memory
     * @param eventBytes the longest payload that is retained; a longer one is refused
     * @param eventsPerTopic how many events of a topic, where they were for different receivers
     * @param age how long an event is retained
     * @param delivered how many events a new subscriber is sent at once, the latest ones
     */
    public record Retention(int events, long bytes, int eventBytes, int eventsPerTopic, Duration age, int delivered) {
        /** 10,000 events of 16 MiB together, each at most 256 KiB, for as long as the realm is open. */
        public static final Retention DEFAULT =
                new Retention(10_000, 16L << 20, 256 << 10, 16, Duration.ofDays(36_500), 1_000);

        /** All bounds must be positive. */
        public Retention {
            boolean none = events < 1 || bytes < 1 || eventBytes < 1 || eventsPerTopic < 1 || delivered < 1;
            if (none || age.isNegative() || age.isZero()) {
                throw new IllegalArgumentException("expected positive bounds, but found one that is not");
            }
        }
    }

    /**
     * How much waits for confirmation.
     *
     * @param perSession the most publications of a session that wait
     * @param outstanding the most confirmations that are waited for; one publication may exceed it
     * @param patience how long a publication waits
     */
    public record Confirmation(int perSession, int outstanding, Duration patience) {
        /** 100 publications of a session, 100,000 confirmations, 10 seconds. */
        public static final Confirmation DEFAULT = new Confirmation(100, 100_000, Duration.ofSeconds(10));

        /** All bounds must be positive. */
        public Confirmation {
            if (perSession < 1 || outstanding < 1 || patience.isNegative() || patience.isZero()) {
                throw new IllegalArgumentException("expected positive bounds, but found one that is not");
            }
        }
    }

    /**
     * A topic or pattern whose events are kept.
     *
     * @param topic the topic, or the pattern
     * @param match how the pattern is matched
     * @param events the most events that are kept
     * @param bytes the most bytes of all of them, as a measure of memory
     * @param age how long they are kept
     */
    public record KeptTopic(String topic, MatchPolicy match, int events, long bytes, Duration age) {
        /** All bounds must be positive. */
        public KeptTopic {
            if (events < 1 || bytes < 1 || age.isNegative() || age.isZero()) {
                throw new IllegalArgumentException("expected positive bounds, but found one that is not");
            }
        }

        /** 1,000 events of 4 MiB together, for 30 days. */
        public static KeptTopic of(String topic, MatchPolicy match) {
            return new KeptTopic(topic, match, 1_000, 4L << 20, Duration.ofDays(30));
        }
    }
}
