package io.bailiwick.domain.procedure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bailiwick.domain.schema.ConfigurationElement;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Uris;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A dictionary that a caller gave, read key by key. What is of the wrong type, too long, or of a name that nobody asked for is
 * refused with {@code wamp.error.invalid_argument} and a text that names the key, what was expected and what came.
 *
 * <p>Where the dictionary is to change something, a key that is absent leaves the attribute as it is, and null empties it.
 */
final class Fields {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int SHOWN = 40;

    private final String argument;
    private final Map<String, @Nullable Object> given;
    private final Set<String> asked = new LinkedHashSet<>();

    /**
     * A dictionary.
     *
     * @param argument the name of the argument, for errors
     */
    Fields(String argument, Map<String, @Nullable Object> given) {
        this.argument = argument;
        this.given = given;
    }

    /** Whether the key is there. */
    boolean has(String key) {
        asked.add(key);
        return given.containsKey(key);
    }

    /** A text of at most so many characters, or null; {@code otherwise} when it is not there. */
    @Nullable
    String text(String key, int most, @Nullable String otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        Object value = given.get(key);
        return value == null ? null : text(key, value, most);
    }

    private String text(String place, @Nullable Object value, int most) {
        if (!(value instanceof String text)) {
            throw wrong(place, "a string", Dict.kind(value));
        }
        if (text.length() > most) {
            throw wrong(place, "at most " + most + " characters", String.valueOf(text.length()));
        }
        return text;
    }

    /** A list of so many texts, or null; {@code otherwise} when it is not there. */
    @Nullable
    List<String> texts(String key, int mostTexts, int mostCharacters, @Nullable List<String> otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        Object value = given.get(key);
        if (value == null) {
            return null;
        }
        if (!(value instanceof List<?> list)) {
            throw wrong(key, "a list of string", Dict.kind(value));
        }
        if (list.size() > mostTexts) {
            throw wrong(key, "at most " + mostTexts, String.valueOf(list.size()));
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            texts.add(text(key + "[" + i + "]", list.get(i), mostCharacters));
        }
        return List.copyOf(texts);
    }

    /** An integer; {@code otherwise} when it is not there, or null. */
    long integer(String key, long otherwise) {
        Object value = has(key) ? given.get(key) : null;
        if (value == null) {
            return otherwise;
        }
        boolean whole = value instanceof Long
                || value instanceof Integer
                || (value instanceof Double number && number == Math.rint(number) && Math.abs(number) <= 1L << 53);
        if (whole && value instanceof Number number) {
            return number.longValue();
        }
        throw wrong(key, "an integer", Dict.kind(value));
    }

    /** A dictionary of at most so many bytes as JSON, or null; {@code otherwise} when it is not there. */
    @Nullable
    Map<String, @Nullable Object> dictionary(
            String key, int mostBytes, @Nullable Map<String, @Nullable Object> otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        Object value = given.get(key);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw wrong(key, "a dictionary", Dict.kind(value));
        }
        try {
            int length = JSON.writeValueAsBytes(map).length;
            if (length > mostBytes) {
                throw wrong(key, "at most " + mostBytes + " bytes as JSON", String.valueOf(length));
            }
        } catch (JsonProcessingException e) {
            throw wrong(key, "what JSON can hold", "something else");
        }
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((name, entry) -> copy.put(String.valueOf(name), entry));
        return copy;
    }

    /** Passes over a key that who knows better sets. */
    Fields ignore(String key) {
        asked.add(key);
        return this;
    }

    /**
     * Refuses another value for an attribute that does not change; the one that it has may be said again, so that what was
     * looked up can be sent back.
     *
     * @param why for example {@code it never changes}
     */
    Fields unchanged(String key, @Nullable Object now, String why) {
        if (has(key) && !same(given.get(key), now)) {
            throw wrong(key, "what it is already, for " + why, "something else");
        }
        return this;
    }

    private static boolean same(@Nullable Object one, @Nullable Object other) {
        if (one instanceof Number number && other instanceof Number now) {
            return number.longValue() == now.longValue();
        }
        return Objects.equals(one, other);
    }

    /** Refuses what is there under other keys than those that were asked for. */
    void nothingElse() {
        for (String key : given.keySet()) {
            if (!asked.contains(key)) {
                String shown = key.length() <= SHOWN ? key : key.substring(0, SHOWN) + "...";
                throw new ApplicationError(
                        Uris.INVALID_ARGUMENT,
                        "argument '" + argument + "." + shown + "': expected one of " + String.join(", ", asked)
                                + ", but this is none of them");
            }
        }
    }

    /** The error for a key. */
    ApplicationError wrong(String key, String expected, String found) {
        return new ApplicationError(
                Uris.INVALID_ARGUMENT,
                "argument '" + argument + "." + key + "': expected " + expected + ", but found " + found);
    }

    /**
     * What users write on things, within bounds: it is stored, and sent to everybody who looks.
     *
     * @param label at most 256 characters
     * @param description at most 4096 characters
     * @param tags at most 64, of at most 256 characters each
     */
    record UserText(
            @Nullable String label,
            @Nullable String description,
            @Nullable List<String> tags) {
        private static final int MAX_LABEL = 256;
        private static final int MAX_DESCRIPTION = 4096;
        private static final int MAX_TAGS = 64;

        /** What is written on something new. */
        static UserText of(Fields fields) {
            return new UserText(null, null, null).changedBy(fields);
        }

        /** What is written on something after a change. */
        static UserText of(ConfigurationElement before, Fields fields) {
            return new UserText(before.label(), before.description(), before.tags()).changedBy(fields);
        }

        private UserText changedBy(Fields fields) {
            return new UserText(
                    fields.text("label", MAX_LABEL, label),
                    fields.text("description", MAX_DESCRIPTION, description),
                    fields.texts("tags", MAX_TAGS, MAX_LABEL, tags));
        }
    }
}
