package io.bailiwick.mrealm.schema;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was used: by one node or a whole realm, in one interval or over a longer time. Seconds are of each kind of thing, so
 * that two nodes that run for a minute are 120; messages are numbers of messages. No figure goes beyond {@link #MOST}, which
 * is what every reader of JSON can hold: where a node tells nonsense, the sum stays there.
 *
 * @param count how many heartbeats of workers it sums up
 * @param total how many heartbeats, of nodes and workers
 * @param nodes seconds of nodes
 * @param controllers seconds of node controllers
 * @param hostmonitors seconds of host monitors
 * @param routers seconds of router workers
 * @param containers seconds of container workers
 * @param guests seconds of guest workers
 * @param proxies seconds of proxy workers
 * @param marketmakers seconds of market makers
 * @param sessions seconds of sessions on router workers
 * @param msgsCall CALL messages of router workers; the other {@code msgs} likewise
 */
@JsonNaming(SnakeCaseStrategy.class)
public record UsageFigures(
        long count,
        long total,
        long nodes,
        long controllers,
        long hostmonitors,
        long routers,
        long containers,
        long guests,
        long proxies,
        long marketmakers,
        long sessions,
        long msgsCall,
        long msgsYield,
        long msgsInvocation,
        long msgsResult,
        long msgsError,
        long msgsPublish,
        long msgsPublished,
        long msgsEvent,
        long msgsRegister,
        long msgsRegistered,
        long msgsSubscribe,
        long msgsSubscribed) {

    /** The largest number that JSON holds in every language. */
    public static final long MOST = (1L << 53) - 1;

    /** The names on the wire, in the order of the figures. */
    public static final List<String> NAMES = List.of(
            "count",
            "total",
            "nodes",
            "controllers",
            "hostmonitors",
            "routers",
            "containers",
            "guests",
            "proxies",
            "marketmakers",
            "sessions",
            "msgs_call",
            "msgs_yield",
            "msgs_invocation",
            "msgs_result",
            "msgs_error",
            "msgs_publish",
            "msgs_published",
            "msgs_event",
            "msgs_register",
            "msgs_registered",
            "msgs_subscribe",
            "msgs_subscribed");

    /** Nothing. */
    public static final UsageFigures NONE = of(new long[NAMES.size()]);

    /** The figures in the order of {@link #NAMES}. */
    public static UsageFigures of(long[] v) {
        return new UsageFigures(
                v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12], v[13], v[14], v[15],
                v[16], v[17], v[18], v[19], v[20], v[21], v[22]);
    }

    /** These in the order of {@link #NAMES}: a fresh array. */
    public long[] values() {
        return new long[] {
            count,
            total,
            nodes,
            controllers,
            hostmonitors,
            routers,
            containers,
            guests,
            proxies,
            marketmakers,
            sessions,
            msgsCall,
            msgsYield,
            msgsInvocation,
            msgsResult,
            msgsError,
            msgsPublish,
            msgsPublished,
            msgsEvent,
            msgsRegister,
            msgsRegistered,
            msgsSubscribe,
            msgsSubscribed
        };
    }

    /** Both together. */
    public UsageFigures plus(UsageFigures other) {
        long[] sum = values();
        long[] more = other.values();
        for (int i = 0; i < sum.length; i++) {
            sum[i] = plus(sum[i], more[i]);
        }
        return of(sum);
    }

    /** The sum of two natural numbers, at most {@link #MOST}. */
    public static long plus(long one, long other) {
        return Math.min(MOST, Math.min(MOST, one) + Math.min(MOST, other));
    }

    /** As it goes over the wire: a dictionary under {@link #NAMES}. */
    public Map<String, Object> wire() {
        Map<String, Object> wire = new LinkedHashMap<>();
        long[] values = values();
        for (int i = 0; i < values.length; i++) {
            wire.put(NAMES.get(i), values[i]);
        }
        return wire;
    }
}
