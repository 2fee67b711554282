package io.bailiwick.mrealm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bailiwick.mrealm.metering.MeterOptions;
import io.bailiwick.mrealm.node.Retention;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.space.SpaceLimits;
import io.bailiwick.router.transport.Endpoint;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
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
 * @param retention {@code retention_days} and {@code retention_count}: how much of the logs is kept, 7 days and 1,000,000
 *     rows each
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

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    /**
     * Reads the line.
     *
     * @throws IllegalArgumentException naming the setting, what was expected and what came, but never the key
     */
    public static RealmSettings of(String line) {
        JsonNode json = tree(line);
        return new RealmSettings(
                text(json, "realm"),
                uuid(json, "realm_oid"),
                path(json, "directory"),
                Endpoint.of(text(json, "router")),
                SigningKey.forOneLogin(text(json, "key")),
                text(json, "authid"),
                Duration.ofMillis(Math.round(1000 * positive(json, "tick_seconds", 5))),
                Duration.ofMillis(Math.round(1000 * positive(json, "lease_seconds", 30))),
                new Retention(
                        Duration.ofSeconds(Math.round(86_400 * positive(json, "retention_days", 7))),
                        Math.round(positive(json, "retention_count", (double) Retention.DEFAULT.count()))),
                floor(json),
                new MeterOptions(
                        Duration.ofMillis(Math.round(1000 * positive(json, "meter_seconds", 300))),
                        Duration.ofMillis(Math.round(1000 * positive(json, "meter_grace_seconds", 5)))));
    }

    private static long floor(JsonNode json) {
        JsonNode value = json.get("disk_floor");
        if (value == null || value.isNull()) {
            return SpaceLimits.DEFAULT.floor();
        }
        if (!value.isIntegralNumber() || value.longValue() < 0) {
            throw wrong("disk_floor", "a whole number of at least 0", kind(value));
        }
        return value.longValue();
    }

    private static JsonNode tree(String line) {
        JsonNode json;
        try {
            json = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            // The text of the exception may quote the line, and the line holds the key.
            throw wrong(
                    "settings",
                    "one line of JSON",
                    "text that is not (column " + e.getLocation().getColumnNr() + ")");
        }
        if (!json.isObject()) {
            throw wrong("settings", "an object", kind(json));
        }
        return json;
    }

    private static String text(JsonNode json, String key) {
        JsonNode value = json.get(key);
        if (value == null || !value.isTextual() || value.textValue().isEmpty()) {
            throw wrong(key, "a text", kind(value));
        }
        return value.textValue();
    }

    private static UUID uuid(JsonNode json, String key) {
        String text = text(json, key);
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw wrong(key, "a UUID", "something else");
        }
    }

    private static Path path(JsonNode json, String key) {
        String text = text(json, key);
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw wrong(key, "a path", "a text that is none");
        }
    }

    private static double positive(JsonNode json, String key, double otherwise) {
        JsonNode value = json.get(key);
        if (value == null || value.isNull()) {
            return otherwise;
        }
        if (!value.isNumber() || !(value.doubleValue() > 0 && value.doubleValue() <= 1e12)) {
            throw wrong(key, "a number above 0", kind(value));
        }
        return value.doubleValue();
    }

    private static String kind(@Nullable JsonNode value) {
        return value == null
                ? "nothing"
                : "a value of type " + value.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
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
