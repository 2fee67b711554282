package io.bailiwick.router.broker;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.PayloadCodec.Values;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A query of {@code wamp.subscription.get_events} (WAMP, "Event History"). An event is wanted that meets all conditions that
 * are present. Publications are compared by the order they came in, not by their ids.
 *
 * @param subscription whose events
 * @param reverse whether the latest comes first
 * @param limit the most events; 0 where the caller set none
 * @param fromTime published at this moment or later
 * @param afterTime published later
 * @param beforeTime published earlier
 * @param untilTime published at this moment or earlier
 * @param topic published to exactly this topic
 * @param fromPublication this publication or a later one
 * @param afterPublication a later one
 * @param beforePublication an earlier one
 * @param untilPublication this publication or an earlier one
 */
public record HistoryQuery(
        long subscription,
        boolean reverse,
        int limit,
        @Nullable Instant fromTime,
        @Nullable Instant afterTime,
        @Nullable Instant beforeTime,
        @Nullable Instant untilTime,
        @Nullable String topic,
        @Nullable Long fromPublication,
        @Nullable Long afterPublication,
        @Nullable Long beforePublication,
        @Nullable Long untilPublication) {
    private static final long MAX_ID = 1L << 53;

    /** A query that is answered with ERROR. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final String error;

        /**
         * An answer with ERROR.
         *
         * @param error the error URI
         * @param text what was expected, and what came instead
         */
        Refused(String error, String text) {
            super(text, null, false, false);
            this.error = error;
        }

        /** The error URI. */
        public String error() {
            return error;
        }

        /** The sentence that goes with it. */
        public String text() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * Reads the arguments of a call: the subscription, and all else by keyword. A keyword with null counts as absent. Those
     * that are not read here are for the caller of this to refuse, as the meta API does with all its procedures: a condition
     * that was misspelt and ignored would find too much.
     *
     * @throws Refused with {@code wamp.error.invalid_argument} when one has the wrong type or form
     */
    public static HistoryQuery of(Values arguments) throws Refused {
        Object subscription =
                arguments.list().isEmpty() ? null : arguments.list().get(0);
        Map<String, ? extends @Nullable Object> map = arguments.map();
        return new HistoryQuery(
                required(id(subscription, "subscription"), "subscription"),
                flag(map.get("reverse")),
                limit(map.get("limit")),
                time(map, "from_time"),
                time(map, "after_time"),
                time(map, "before_time"),
                time(map, "until_time"),
                text(map.get("topic"), "topic"),
                id(map.get("from_publication"), "from_publication"),
                id(map.get("after_publication"), "after_publication"),
                id(map.get("before_publication"), "before_publication"),
                id(map.get("until_publication"), "until_publication"));
    }

    private static long required(@Nullable Long value, String name) throws Refused {
        if (value == null) {
            throw wrong(name, "an id from 1 to 2^53", null);
        }
        return value;
    }

    private static boolean flag(@Nullable Object value) throws Refused {
        if (value == null || value instanceof Boolean) {
            return Boolean.TRUE.equals(value);
        }
        throw wrong("reverse", "a boolean", value);
    }

    private static int limit(@Nullable Object value) throws Refused {
        Long limit = integral(value);
        if (value == null) {
            return 0;
        }
        if (limit == null || limit < 1) {
            throw wrong("limit", "a positive integer", value);
        }
        return (int) Math.min(limit, Integer.MAX_VALUE);
    }

    private static @Nullable Long id(@Nullable Object value, String name) throws Refused {
        Long id = integral(value);
        if (value == null) {
            return null;
        }
        if (id == null || id < 1 || id > MAX_ID) {
            throw wrong(name, "an id from 1 to 2^53", value);
        }
        return id;
    }

    /** A float with an integral value counts: JavaScript knows no other. */
    private static @Nullable Long integral(@Nullable Object value) {
        if (value instanceof Long || value instanceof Integer) {
            return ((Number) value).longValue();
        }
        if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) <= MAX_ID) {
            return number.longValue();
        }
        return null;
    }

    private static @Nullable Instant time(Map<String, ? extends @Nullable Object> map, String name) throws Refused {
        String text = text(map.get(name), name);
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException failure) {
            throw wrong(name, "a moment as RFC 3339 writes it", text);
        }
    }

    private static @Nullable String text(@Nullable Object value, String name) throws Refused {
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw wrong(name, "a string", value);
    }

    private static Refused wrong(String name, String expected, @Nullable Object found) {
        String kind = found == null ? "nothing" : Dict.kind(found);
        return new Refused(Uris.INVALID_ARGUMENT, "expected for " + name + " " + expected + ", but found " + kind);
    }

    /** Whether an event meets the conditions on time and topic. */
    boolean wants(EventStore.Kept event) {
        Instant at = event.published();
        return (fromTime == null || !at.isBefore(fromTime))
                && (afterTime == null || at.isAfter(afterTime))
                && (beforeTime == null || at.isBefore(beforeTime))
                && (untilTime == null || !at.isAfter(untilTime))
                && (topic == null || topic.equals(event.topic()));
    }
}
