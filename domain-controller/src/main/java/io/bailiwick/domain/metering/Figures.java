package io.bailiwick.domain.metering;

import io.bailiwick.domain.schema.MasterNodeUsage;
import java.util.List;

/** The figures of records of usage, in one order: as the wire, the tables and the files of the domain have them. */
public final class Figures {
    /** The largest number that every reader of JSON can hold; a sum stays there. */
    static final long MOST = (1L << 53) - 1;

    /** Their names. The order is that of the columns of an export: names may be added at the end, and none may be moved. */
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

    private Figures() {}

    /** The figures of a record, in the order of {@link #NAMES}. */
    static long[] of(MasterNodeUsage usage) {
        return new long[] {
            usage.count(),
            usage.total(),
            usage.nodes(),
            usage.controllers(),
            usage.hostmonitors(),
            usage.routers(),
            usage.containers(),
            usage.guests(),
            usage.proxies(),
            usage.marketmakers(),
            usage.sessions(),
            usage.msgsCall(),
            usage.msgsYield(),
            usage.msgsInvocation(),
            usage.msgsResult(),
            usage.msgsError(),
            usage.msgsPublish(),
            usage.msgsPublished(),
            usage.msgsEvent(),
            usage.msgsRegister(),
            usage.msgsRegistered(),
            usage.msgsSubscribe(),
            usage.msgsSubscribed()
        };
    }

    /** Adds some to a sum. */
    static void add(long[] sum, long[] more) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] = Math.min(MOST, sum[i] + Math.min(MOST, more[i]));
        }
    }
}
