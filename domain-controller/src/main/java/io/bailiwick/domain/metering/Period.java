package io.bailiwick.domain.metering;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.message.Uris;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What usage is summed up by; days and months are those of UTC. */
enum Period {
    /** Not summed up. */
    INTERVAL,
    HOUR,
    DAY,
    MONTH,
    /** All of it. */
    TOTAL;

    /** The period of a name. Error: {@code wamp.error.invalid_argument}. */
    static Period of(String name) {
        return Arrays.stream(values())
                .filter(period -> period.id().equals(name))
                .findFirst()
                .orElseThrow(() -> new ApplicationError(
                        Uris.INVALID_ARGUMENT,
                        "by: expected one of "
                                + Arrays.stream(values()).map(Period::id).collect(Collectors.joining(", "))
                                + ", but found another text"));
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The start of the period that a moment is in; the moment itself where nothing is summed up. */
    Instant start(Instant moment) {
        ZonedDateTime utc = moment.atZone(ZoneOffset.UTC);
        return switch (this) {
            case INTERVAL -> moment;
            case HOUR -> moment.truncatedTo(ChronoUnit.HOURS);
            case DAY -> moment.truncatedTo(ChronoUnit.DAYS);
            case MONTH -> utc.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1).toInstant();
            case TOTAL -> Instant.EPOCH;
        };
    }
}
