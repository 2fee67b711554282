package io.bailiwick.router.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A value in a YAML file that knows where it stands, so that whatever is wrong with it can be said with file, line and
 * column. Values are not coerced: {@code "9000"} is text and {@code 9000} is a number.
 */
public final class YamlNode {
    private static final int MAX_DEPTH = 16;

    private final Path file;
    private final int line;
    private final int column;
    /** Null, Boolean, BigInteger, Double, String, a list of nodes, or a map from names to entries. */
    private final @Nullable Object value;

    private YamlNode(Path file, JsonLocation place, @Nullable Object value) {
        this.file = file;
        this.line = place.getLineNr();
        this.column = place.getColumnNr();
        this.value = value;
    }

    /** The value of a name, and the place of the name. */
    private record Entry(YamlNode name, YamlNode value) {}

    /**
     * Reads a file of one mapping; an empty file is an empty mapping.
     *
     * @throws InvalidOptionsException when it is no YAML, or something else than one mapping
     * @throws IOException when it cannot be read
     */
    public static YamlNode read(Path file) throws IOException {
        try (JsonParser parser = new YAMLFactory().createParser(Files.newInputStream(file))) {
            JsonToken first = parser.nextToken();
            if (first == null || first == JsonToken.VALUE_NULL) {
                return new YamlNode(file, parser.currentTokenLocation(), Map.of());
            }
            YamlNode root = value(file, parser, 0);
            root.entries();
            if (parser.nextToken() != null) {
                throw new YamlNode(file, parser.currentTokenLocation(), null).wrong("one document", "another");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw new YamlNode(file, e.getLocation() == null ? JsonLocation.NA : e.getLocation(), null)
                    .wrong(
                            "YAML",
                            String.valueOf(e.getOriginalMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse("something else"));
        }
    }

    private static YamlNode value(Path file, JsonParser parser, int depth) throws IOException {
        JsonLocation place = parser.currentTokenLocation();
        if (depth > MAX_DEPTH) {
            throw new YamlNode(file, place, null).wrong("at most " + MAX_DEPTH + " levels", "more");
        }
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> new YamlNode(file, place, map(file, parser, depth));
            case START_ARRAY -> new YamlNode(file, place, list(file, parser, depth));
            case VALUE_NULL -> new YamlNode(file, place, null);
            case VALUE_TRUE, VALUE_FALSE -> new YamlNode(file, place, parser.getBooleanValue());
            case VALUE_NUMBER_FLOAT -> new YamlNode(file, place, parser.getDoubleValue());
            case VALUE_NUMBER_INT -> new YamlNode(file, place, parser.getBigIntegerValue());
            default -> new YamlNode(file, place, parser.getText());
        };
    }

    private static Map<String, Entry> map(Path file, JsonParser parser, int depth) throws IOException {
        Map<String, Entry> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            YamlNode name = new YamlNode(file, parser.currentTokenLocation(), parser.currentName());
            parser.nextToken();
            if (entries.put(parser.currentName(), new Entry(name, value(file, parser, depth + 1))) != null) {
                throw name.wrong("each name once", "\"" + name.value + "\" again");
            }
        }
        return entries;
    }

    private static List<YamlNode> list(Path file, JsonParser parser, int depth) throws IOException {
        List<YamlNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(file, parser, depth + 1));
        }
        return items;
    }

    /** Refuses a mapping with a name that is none of these, and says which was probably meant. */
    public void allowOnly(Set<String> names) throws InvalidOptionsException {
        List<InvalidOptionsException> strangers = strangers(names);
        if (!strangers.isEmpty()) {
            throw strangers.get(0);
        }
    }

    /**
     * What is to be said of each name in a mapping that is none of these, with the one that was probably meant.
     *
     * @throws InvalidOptionsException when this is no mapping
     */
    public List<InvalidOptionsException> strangers(Set<String> names) throws InvalidOptionsException {
        List<InvalidOptionsException> strangers = new ArrayList<>();
        for (Map.Entry<String, Entry> entry : entries().entrySet()) {
            String name = entry.getKey();
            if (!names.contains(name)) {
                String guess = names.stream()
                        .filter(known -> distance(known, name) <= 1 + known.length() / 4)
                        .min(Comparator.comparingInt(known -> distance(known, name)))
                        .map(known -> "; did you mean \"" + known + "\"?")
                        .orElse("");
                List<String> known = names.stream().sorted().toList();
                strangers.add(entry.getValue()
                        .name()
                        .wrong("one of " + String.join(", ", known), "\"" + name + "\"" + guess));
            }
        }
        return strangers;
    }

    /** The value of a name in a mapping; empty when it is absent or null. */
    public Optional<YamlNode> get(String name) throws InvalidOptionsException {
        Entry entry = entries().get(name);
        return entry == null || entry.value().value == null ? Optional.empty() : Optional.of(entry.value());
    }

    /** The value of a name that must be there. */
    public YamlNode require(String name) throws InvalidOptionsException {
        Optional<YamlNode> found = get(name);
        if (found.isEmpty()) {
            throw wrong("\"" + name + "\" here", "none");
        }
        return found.get();
    }

    /** A text. */
    public String text() throws InvalidOptionsException {
        if (value instanceof String text) {
            return text;
        }
        throw wrong("text", kind());
    }

    /** A truth value. */
    public boolean flag() throws InvalidOptionsException {
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw wrong("true or false", kind());
    }

    /** A whole number within bounds, both included. */
    public int number(int least, int most) throws InvalidOptionsException {
        return (int) count(least, most);
    }

    /** A whole number within bounds, both included, that may be too large for an {@code int}. */
    public long count(long least, long most) throws InvalidOptionsException {
        String expected = "a whole number from " + least + " to " + most;
        if (!(value instanceof BigInteger number)) {
            throw wrong(expected, kind());
        }
        if (number.compareTo(BigInteger.valueOf(least)) < 0 || number.compareTo(BigInteger.valueOf(most)) > 0) {
            throw wrong(expected, number.bitLength() > 64 ? "another" : number.toString());
        }
        return number.longValue();
    }

    /**
     * The value without its places, for what is passed on as it stands.
     *
     * @return null, {@link Boolean}, {@link Long}, {@link Double}, {@link String}, a {@link List} or a {@link Map} of such
     */
    public @Nullable Object plain() throws InvalidOptionsException {
        if (value instanceof BigInteger) {
            return count(Long.MIN_VALUE, Long.MAX_VALUE);
        } else if (value instanceof List) {
            List<@Nullable Object> list = new ArrayList<>();
            for (YamlNode item : items()) {
                list.add(item.plain());
            }
            return list;
        } else if (value instanceof Map) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            for (Map.Entry<String, Entry> entry : entries().entrySet()) {
                map.put(entry.getKey(), entry.getValue().value().plain());
            }
            return map;
        }
        return value;
    }

    /** The items of a list. */
    public List<YamlNode> items() throws InvalidOptionsException {
        if (!(value instanceof List<?> list)) {
            throw wrong("a list", kind());
        }
        return list.stream().map(YamlNode.class::cast).toList();
    }

    /** The names of a mapping, as they stand there. */
    public List<String> names() throws InvalidOptionsException {
        return List.copyOf(entries().keySet());
    }

    /** Whether this is a text. */
    public boolean isText() {
        return value instanceof String;
    }

    /** Whether this is a list. */
    public boolean isList() {
        return value instanceof List;
    }

    private Map<String, Entry> entries() throws InvalidOptionsException {
        if (!(value instanceof Map<?, ?> map)) {
            throw wrong("a mapping", kind());
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        map.forEach((name, entry) -> entries.put((String) name, (Entry) entry));
        return entries;
    }

    /**
     * What is wrong with this value, with its place.
     *
     * @param expected what must stand there
     * @param found what does
     */
    public InvalidOptionsException wrong(String expected, String found) {
        return new InvalidOptionsException(
                file + ":" + line + ":" + column + ": expected " + expected + ", but found " + found);
    }

    private String kind() {
        if (value == null) {
            return "nothing";
        } else if (value instanceof String) {
            return "text";
        } else if (value instanceof Boolean) {
            return "true or false";
        } else if (value instanceof Number) {
            return "a number";
        }
        return value instanceof List ? "a list" : "a mapping";
    }

    /** How many single-character changes lead from one word to the other. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
