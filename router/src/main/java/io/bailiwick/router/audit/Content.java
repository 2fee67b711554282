package io.bailiwick.router.audit;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a record may hold of a thing: what is different, nothing secret, and no more than a few kilobytes. */
final class Content {
    /** In the place of what is not told. */
    static final String WITHHELD = "(withheld)";

    /** The longest value that is written out, as JSON. */
    private static final int MOST_VALUE = 1024;
    /** The longest dictionary that is written out. */
    private static final int MOST = 4096;

    /** What a character takes at most: an escape. */
    private static final int WIDEST = 6;

    private static final int LONGEST_NUMBER = 20;
    /** Quotes, colon and comma. */
    private static final int PUNCTUATION = 6;

    private static final Pattern SECRET = Pattern.compile(
            "secret|passw|passphrase|ticket|token|private|privkey|seed|salt|credential|cookie|(^|_)(code|codes|code_hash|key|pin)$");
    /** What was found of names before: those of rows are few, and come again and again. */
    private static final Map<String, Boolean> JUDGED = new ConcurrentHashMap<>();

    /** Names that are remembered, about, and their length. */
    private static final int MOST_JUDGED = 256;
    /** Its members are whatever a user wants a node to be told: their names are shown, their values are not. */
    private static final Set<String> NAMES_ONLY = Set.of("authextra");

    /** Text of ASCII alone: it is the same octets wherever it is kept, and there is nothing that has no UTF-8. */
    static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .visibility(PropertyAccessor.GETTER, Visibility.NONE)
            .visibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
            .visibility(PropertyAccessor.FIELD, Visibility.ANY)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final TypeReference<LinkedHashMap<String, @Nullable Object>> DICT = new TypeReference<>() {};

    private Content() {}

    /** What differs between two states. */
    record Difference(Map<String, @Nullable Object> before, Map<String, @Nullable Object> after) {}

    /** A row as a dictionary of what JSON has; empty for null. */
    static Map<String, @Nullable Object> of(@Nullable Object row) {
        if (row == null) {
            return new LinkedHashMap<>();
        }
        if (row instanceof Map<?, ?> map && isPlain(map)) {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((name, value) -> copy.put(String.valueOf(name), value));
            return copy;
        }
        try {
            return dictionary(JSON.writeValueAsString(row));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("expected a row that has JSON, but found " + row.getClass(), e);
        }
    }

    /** Whether a dictionary would come back from JSON as it is. */
    private static boolean isPlain(Map<?, ?> map) {
        for (Map.Entry<?, ?> member : map.entrySet()) {
            Object value = member.getValue();
            boolean plain =
                    value == null || value instanceof String || value instanceof Boolean || value instanceof Integer;
            if (!plain || !(member.getKey() instanceof String)) {
                return false;
            }
        }
        return true;
    }

    /** @throws IllegalArgumentException when it is no object of JSON. The message does not quote it */
    static Map<String, @Nullable Object> dictionary(String json) {
        try {
            return Objects.requireNonNull(JSON.readValue(json, DICT), "null");
        } catch (IOException | NullPointerException e) {
            throw new IllegalArgumentException("expected an object of JSON, but found something else");
        }
    }

    static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("expected a value that has JSON, but found " + value.getClass(), e);
        }
    }

    /** The members that are not the same, without secrets and within bounds; those that are absent or null are left out. */
    static Difference difference(Map<String, @Nullable Object> before, Map<String, @Nullable Object> after) {
        Map<String, @Nullable Object> was = new LinkedHashMap<>();
        Map<String, @Nullable Object> is = new LinkedHashMap<>();
        before.forEach((name, value) -> {
            if (value != null && !value.equals(after.get(name))) {
                was.put(name, shown(name, value));
            }
        });
        after.forEach((name, value) -> {
            boolean same = Objects.equals(value, before.get(name));
            // An attribute that was emptied is null after: that is what has changed.
            if (!same && (value != null || before.get(name) != null)) {
                is.put(name, value == null ? null : shown(name, value));
            }
        });
        return new Difference(bounded(was), bounded(is));
    }

    private static @Nullable Object shown(String name, Object value) {
        if (isSecret(name)) {
            return WITHHELD;
        }
        if (isShort(value) && !NAMES_ONLY.contains(name)) {
            return value;
        }
        Object open = open(value, NAMES_ONLY.contains(name));
        String json = json(open);
        return json.length() <= MOST_VALUE ? open : digest(json);
    }

    /** Whether a value is within the bound, as far as it can be told without writing it out. */
    private static boolean isShort(Object value) {
        return value instanceof Boolean
                || value instanceof Integer
                || value instanceof Long
                || (value instanceof String text && text.length() < MOST_VALUE / WIDEST);
    }

    /** The same of a dictionary. */
    private static boolean areShort(Map<String, @Nullable Object> members) {
        int most = 0;
        for (Map.Entry<String, @Nullable Object> member : members.entrySet()) {
            Object value = member.getValue();
            if (value != null && !isShort(value)) {
                return false;
            }
            int characters = value instanceof String text ? text.length() : LONGEST_NUMBER;
            most += WIDEST * (member.getKey().length() + characters) + PUNCTUATION;
        }
        return most < MOST;
    }

    private static boolean isSecret(String name) {
        Boolean known = JUDGED.get(name);
        if (known != null) {
            return known;
        }
        boolean secret = SECRET.matcher(name.toLowerCase(Locale.ROOT)).find();
        if (JUDGED.size() < MOST_JUDGED && name.length() <= MOST_JUDGED) {
            JUDGED.put(name, secret);
        }
        return secret;
    }

    private static Object open(Object value, boolean namesOnly) {
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((key, member) -> {
                String name = String.valueOf(key);
                boolean hidden = namesOnly || isSecret(name);
                copy.put(name, member == null ? null : hidden ? WITHHELD : open(member, false));
            });
            return copy;
        } else if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>();
            list.forEach(item -> copy.add(item == null ? null : open(item, namesOnly)));
            return copy;
        }
        return namesOnly && !(value instanceof Boolean) ? WITHHELD : value;
    }

    private static Map<String, @Nullable Object> bounded(Map<String, @Nullable Object> members) {
        if (areShort(members)) {
            return members;
        }
        String json = json(members);
        return json.length() <= MOST ? members : digest(json);
    }

    /** What stands for a value that is too long to be written out: how long it is, and what tells it from another. */
    private static Map<String, @Nullable Object> digest(String json) {
        Map<String, @Nullable Object> digest = new LinkedHashMap<>();
        digest.put("bytes", json.length());
        digest.put("sha256", sha256(json));
        return digest;
    }

    /** SHA-256 of ASCII text, as 64 hexadecimal digits. */
    static String sha256(String ascii) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(ascii.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected a Java that has SHA-256", e);
        }
    }

    /** At most so many characters of a text. */
    static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "...";
    }
}
