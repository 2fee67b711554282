package io.bailiwick.mrealm;

import io.bailiwick.mrealm.metering.MeterOptions;
import io.bailiwick.mrealm.node.Retention;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import io.bailiwick.router.space.SpaceLimits;
import io.bailiwick.router.transport.Endpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the domain tells a realm controller when it starts it: one line of JSON.
 *
 * @param realm {@code realm}: the name of the management realm, which is also the WAMP realm
 * @param realmOid {@code realm_oid}: its object id
 * @param directory {@code directory}: where the realm's store lives
 * @param router {@code router}: how to reach the router, {@code unix:/path} or {@code rs://host:port}
 * @param key {@code key}: the key made for this start, 64 hexadecimal characters of seed
 * @param authid {@code authid}: the identity the key stands for
 * @param tick {@code tick_seconds}: from tick to tick, 5 s
 * @param lease {@code lease_seconds}: how long a node is online without being heard, 30 s
 * @param retention {@code retention_days}, {@code retention_count} and {@code retention_bytes}: how much of the logs is kept, 7
 *     days, 1,000,000 heartbeats of nodes and as many of workers, 1 GiB in all
 * @param diskFloor {@code disk_floor}: free bytes of the disk below which nothing is written any more, 64 MiB; 0 for never
 * @param meter {@code meter_seconds} and {@code meter_grace_seconds}: how usage is metered, 300 s and 5 s
 */
public record RealmSettings(
        String realm,
        UUID realmOid,
        Path directory,
        Endpoint router,
        SigningKey key,
        String authid,
        Duration tick,
        Duration lease,
        Retention retention,
        long diskFloor,
        MeterOptions meter) {

    /**
     * Reads the line.
     *
     * @throws IllegalArgumentException naming the setting, what was expected and what came, but never the key
     */
    public static RealmSettings of(String line) {
        Map<?, ?> json = object(line);
        return new RealmSettings(
                text(json, "realm"),
                uuid(json, "realm_oid"),
                path(json, "directory"),
                router(text(json, "router")),
                SigningKey.forOneLogin(text(json, "key")),
                text(json, "authid"),
                Duration.ofMillis(Math.round(1000 * positive(json, "tick_seconds", 5))),
                Duration.ofMillis(Math.round(1000 * positive(json, "lease_seconds", 30))),
                new Retention(
                        Duration.ofSeconds(Math.round(86_400 * positive(json, "retention_days", 7))),
                        Math.round(positive(json, "retention_count", (double) Retention.DEFAULT.count())),
                        whole(json, "retention_bytes", 1, Retention.DEFAULT.bytes())),
                whole(json, "disk_floor", 0, SpaceLimits.DEFAULT.floor()),
                new MeterOptions(
                        Duration.ofMillis(Math.round(1000 * positive(json, "meter_seconds", 300))),
                        Duration.ofMillis(Math.round(1000 * positive(json, "meter_grace_seconds", 5)))));
    }

    private static Endpoint router(String url) {
        Endpoint router = Endpoint.of(url);
        if (!router.isUnix() && !router.scheme().equals("rs")) {
            throw wrong("router", "unix:/path or rs://host:port", "an endpoint with " + router.scheme());
        }
        return router;
    }

    private static long whole(Map<?, ?> json, String key, long least, long otherwise) {
        Object value = json.get(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Long number && number >= least) {
            return number;
        }
        throw wrong(key, "a whole number of at least " + least, kind(value));
    }

    /** By the codec of the session to come, and not by a mapper that would be made for this one line. */
    private static Map<?, ?> object(String line) {
        List<@Nullable Object> values;
        try {
            byte[] list = ("[" + line + "]").getBytes(StandardCharsets.UTF_8);
            values = Payloads.decode(Payload.owned(Format.JSON, list, 1)).list();
        } catch (ProtocolViolation e) {
            // Without the cause, which may quote the line, and the line holds the key.
            throw wrong("settings", "one line of JSON", "other text");
        }
        if (values.size() != 1) {
            throw wrong("settings", "one line of JSON", "other text");
        }
        if (values.get(0) instanceof Map<?, ?> object) {
            return object;
        }
        throw wrong("settings", "an object", kind(values.get(0)));
    }

    private static String text(Map<?, ?> json, String key) {
        Object value = json.get(key);
        if (value instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw wrong(key, "a text", kind(value));
    }

    private static UUID uuid(Map<?, ?> json, String key) {
        String text = text(json, key);
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw wrong(key, "a UUID", "something else");
        }
    }

    private static Path path(Map<?, ?> json, String key) {
        String text = text(json, key);
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw wrong(key, "a path", "a text that is none");
        }
    }

    private static double positive(Map<?, ?> json, String key, double otherwise) {
        Object value = json.get(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Number number && number.doubleValue() > 0 && number.doubleValue() <= 1e12) {
            return number.doubleValue();
        }
        throw wrong(key, "a number above 0", kind(value));
    }

    private static String kind(@Nullable Object value) {
        return value == null ? "nothing" : Dict.kind(value);
    }

    private static IllegalArgumentException wrong(String key, String expected, String found) {
        return new IllegalArgumentException(key + ": expected " + expected + ", but found " + found);
    }

    /** The settings without the key. */
    @Override
    public String toString() {
        return "RealmSettings[realm=" + realm + ", directory=" + directory + ", router=" + router + ", authid=" + authid
                + "]";
    }
}
