package io.bailiwick.router.meta;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.PayloadCodec.Values;
import io.bailiwick.router.session.SessionDetails;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call of the meta API: who calls, and with what. Positional arguments count from 0; one that is missing, null or of the
 * wrong type is refused with the name of what was expected, unless it may be left out.
 *
 * @param caller who calls
 * @param arguments what came with it
 */
record MetaCall(SessionDetails caller, Values arguments) {

    /** Takes the answer to a call, once. On the realm's thread. */
    interface Reply {
        /** The results. */
        void result(Values results);

        /** An ERROR, with a sentence. */
        void refused(String error, String text);

        /**
         * Takes a step towards the answer. What it throws becomes the answer: a call always ends. Whoever answers later, from
         * a callback, takes that step by this.
         */
        void by(Step step);
    }

    /** A step towards the answer to a call. */
    @FunctionalInterface
    interface Step {
        /** Takes it. */
        void take() throws Refused;
    }

    private @Nullable Object value(int position) {
        return position < arguments.list().size() ? arguments.list().get(position) : null;
    }

    /** Whether an argument is there, and not null. */
    boolean has(int position) {
        return value(position) != null;
    }

    /** Any value; null as well, but not none. */
    @Nullable
    Object any(int position, String expected) throws Refused {
        if (position >= arguments.list().size()) {
            throw Refused.argument(expected, null);
        }
        return value(position);
    }

    /** An id. A float with an integral value counts: JavaScript knows no other. */
    long id(int position, String expected) throws Refused {
        Object value = value(position);
        boolean integral = value instanceof Long
                || value instanceof Integer
                || (value instanceof Double number && number == Math.rint(number) && !number.isInfinite());
        if (!integral || value == null) {
            throw Refused.argument(expected, value);
        }
        return ((Number) value).longValue();
    }

    /** A text. */
    String text(int position, String expected) throws Refused {
        Object value = value(position);
        if (value instanceof String text) {
            return text;
        }
        throw Refused.argument(expected, value);
    }

    /** A text that may be left out. */
    @Nullable
    String optionalText(int position, String expected) throws Refused {
        return has(position) ? text(position, expected) : null;
    }

    /**
     * Why something is taken from a session, a URI or a sentence; it may be left out. The session is told it, so it may not be
     * longer than that one's link takes.
     *
     * @param longest the most characters
     */
    @Nullable
    String reason(int position, int longest) throws Refused {
        String reason = optionalText(position, "a reason");
        if (reason != null && reason.length() > longest) {
            throw new Refused(
                    Uris.INVALID_ARGUMENT,
                    "expected a reason of at most " + longest + " characters, but found " + reason.length());
        }
        return reason;
    }

    /**
     * What an id stands for.
     *
     * @param kind what is expected, such as {@code a registration}
     * @param error the error URI when there is none
     */
    <T> T known(int position, Map<Long, T> byId, String kind, String error) throws Refused {
        long id = id(position, kind + " id");
        T found = byId.get(id);
        if (found == null) {
            throw new Refused(error, "expected the id of " + kind + ", but found " + id);
        }
        return found;
    }

    /** A list of any values. */
    List<@Nullable Object> list(int position, String expected) throws Refused {
        Object value = value(position);
        if (value instanceof List<?> list) {
            return new ArrayList<>(list);
        }
        throw Refused.argument(expected, value);
    }

    /** A dictionary. */
    Map<String, @Nullable Object> dict(int position, String expected) throws Refused {
        Object value = value(position);
        if (!(value instanceof Map<?, ?> map)) {
            throw Refused.argument(expected, value);
        }
        Map<String, @Nullable Object> dict = new LinkedHashMap<>();
        map.forEach((key, entry) -> dict.put(String.valueOf(key), entry));
        return dict;
    }

    /** The match policy in the options of a lookup; exact where there are none. */
    MatchPolicy match(int position) throws Refused {
        return has(position)
                ? MatchPolicy.of(Dict.at("options", dict(position, "a dictionary of options")))
                : MatchPolicy.EXACT;
    }

    /** The keyword arguments. What has the wrong type is a violation, which refuses the call. */
    Dict keywords() {
        return Dict.at("keyword arguments", arguments.map());
    }

    // ---- what is given back

    /** One positional result, which is null when nothing was found. */
    static Values orNull(@Nullable Object found) {
        return new Values(Collections.singletonList(found), Map.of());
    }

    /** One positional result: the id of what was found, or null. */
    static <T> Values idOrNull(@Nullable T found, Function<T, Long> id) {
        return orNull(found == null ? null : id.apply(found));
    }

    /** One positional result: a dictionary with the ids of each match policy, in the order they were given out. */
    static <T> Values idsByMatch(Map<Long, T> byId, Function<T, MatchPolicy> match) {
        Map<String, List<Long>> lists = new LinkedHashMap<>();
        for (MatchPolicy policy : MatchPolicy.values()) {
            lists.put(policy.id(), new ArrayList<>());
        }
        new TreeMap<>(byId).forEach((id, value) -> Objects.requireNonNull(
                        lists.get(match.apply(value).id()))
                .add(id));
        return Values.of(lists);
    }
}
