package io.bailiwick.domain.metering;

import io.bailiwick.domain.schema.MasterNodeUsage;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Uris;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Records of usage as realm controllers send them, and in other forms. */
final class Records {
    private static final long LONGEST = Duration.ofDays(1).toNanos();
    private static final DateTimeFormatter NANOS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);

    private Records() {}

    /**
     * A record of a realm. Error: {@code wamp.error.invalid_argument}.
     *
     * @param told {@code {from, until, seq, count, total, ...}}
     * @param pubkey the key of this domain
     * @param status how far its submission is
     */
    static MasterNodeUsage of(
            Map<String, @Nullable Object> told, UUID realm, String pubkey, MasterNodeUsage.Status status) {
        long from = natural(told, "from");
        long until = natural(told, "until");
        if (until <= from || until - from > LONGEST) {
            throw wrong("until", "after from, by a day at most", String.valueOf(until));
        }
        return new MasterNodeUsage(
                until,
                realm,
                from,
                pubkey,
                null,
                0,
                0,
                natural(told, "seq"),
                null,
                null,
                status,
                null,
                null,
                natural(told, "count"),
                natural(told, "total"),
                natural(told, "nodes"),
                natural(told, "controllers"),
                natural(told, "hostmonitors"),
                natural(told, "routers"),
                natural(told, "containers"),
                natural(told, "guests"),
                natural(told, "proxies"),
                natural(told, "marketmakers"),
                natural(told, "sessions"),
                natural(told, "msgs_call"),
                natural(told, "msgs_yield"),
                natural(told, "msgs_invocation"),
                natural(told, "msgs_result"),
                natural(told, "msgs_error"),
                natural(told, "msgs_publish"),
                natural(told, "msgs_published"),
                natural(told, "msgs_event"),
                natural(told, "msgs_register"),
                natural(told, "msgs_registered"),
                natural(told, "msgs_subscribe"),
                natural(told, "msgs_subscribed"));
    }

    /** The record with how far its submission is. */
    static MasterNodeUsage submitted(
            MasterNodeUsage record,
            MasterNodeUsage.Status status,
            @Nullable Long sent,
            @Nullable Long processed,
            @Nullable UUID batch) {
        return new MasterNodeUsage(
                record.timestamp(),
                record.mrealmId(),
                record.timestampFrom(),
                record.pubkey(),
                record.clientIpAddress(),
                record.clientIpVersion(),
                record.clientIpPort(),
                record.seq(),
                sent,
                processed,
                status,
                null,
                batch,
                record.count(),
                record.total(),
                record.nodes(),
                record.controllers(),
                record.hostmonitors(),
                record.routers(),
                record.containers(),
                record.guests(),
                record.proxies(),
                record.marketmakers(),
                record.sessions(),
                record.msgsCall(),
                record.msgsYield(),
                record.msgsInvocation(),
                record.msgsResult(),
                record.msgsError(),
                record.msgsPublish(),
                record.msgsPublished(),
                record.msgsEvent(),
                record.msgsRegister(),
                record.msgsRegistered(),
                record.msgsSubscribe(),
                record.msgsSubscribed());
    }

    private static long natural(Map<String, @Nullable Object> told, String key) {
        Object value = told.get(key);
        long number;
        if (value instanceof Long large) {
            number = large;
        } else if (value instanceof Integer small) {
            number = small;
        } else {
            throw wrong(key, "an integer", Dict.kind(value));
        }
        if (number < 0) {
            throw wrong(key, "at least 0", String.valueOf(number));
        }
        return number;
    }

    private static ApplicationError wrong(String key, String expected, String found) {
        return new ApplicationError(
                Uris.INVALID_ARGUMENT, "usage." + key + ": expected " + expected + ", but found " + found);
    }

    /** A time in nanoseconds since 1970 UTC as ISO 8601, with all of them. */
    static String time(long nanos) {
        return NANOS.format(instant(nanos));
    }

    static Instant instant(long nanos) {
        return Instant.EPOCH.plusNanos(nanos);
    }

    static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }
}
