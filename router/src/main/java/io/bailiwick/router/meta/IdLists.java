package io.bailiwick.router.meta;

import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.session.PayloadCodec.Values;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How the ids of registrations and subscriptions are given back. */
final class IdLists {
    private IdLists() {}

    /** A dictionary with the ids of each match policy, in the order they were given out. */
    static <T> Map<String, List<Long>> byMatch(Map<Long, T> byId, Function<T, MatchPolicy> match) {
        Map<String, List<Long>> lists = new LinkedHashMap<>();
        for (MatchPolicy policy : MatchPolicy.values()) {
            lists.put(policy.id(), new ArrayList<>());
        }
        new TreeMap<>(byId)
                .forEach((id, value) -> lists.get(match.apply(value).id()).add(id));
        return lists;
    }

    /** One result, which is null when nothing was found. */
    static Values orNull(@Nullable Object found) {
        return new Values(Collections.singletonList(found), Map.of());
    }
}
