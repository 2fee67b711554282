package io.bailiwick.node.procedure;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as the wire has them in states: ISO 8601 in UTC with milliseconds. */
final class Iso {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Iso() {}

    static String text(Instant time) {
        return FORMAT.format(time);
    }
}
