package io.bailiwick.router.store;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows as bytes: one JSON object, or the same object as CBOR, as {@link Schema} describes it. The first byte says which: a
 * map of CBOR never begins as an object of JSON does.
 *
 * @param <R> the record
 */
final class RowFormat<R> {
    /** The longest row, in bytes. */
    static final int MAX_BYTES = 1 << 20;

    private static <M extends ObjectMapper, B extends MapperBuilder<M, B>> M configured(B builder) {
        return builder.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
                .visibility(PropertyAccessor.GETTER, Visibility.NONE)
                .visibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
                .visibility(PropertyAccessor.FIELD, Visibility.ANY)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .addModule(times())
                .build();
    }

    /** Made when the first row is met: a process that starts may read none. */
    private static final class Text {
        static final JsonMapper JSON = configured(JsonMapper.builder());
    }

    /** Made when the first such row is met: most stores have none. */
    private static final class Compact {
        static final CBORMapper CBOR = configured(CBORMapper.builder());
    }

    /** The mapper of rows, which also keeps numbers of unknown attributes as they were written. */
    static JsonMapper json() {
        return Text.JSON;
    }

    /** A row as JSON, whichever way it is stored. */
    static byte[] json(byte[] row) throws IOException {
        return row[0] == '{' ? row : Text.JSON.writeValueAsBytes(Compact.CBOR.readTree(row));
    }

    private static ObjectMapper mapperOf(byte[] row) {
        return row.length == 0 || row[0] == '{' ? Text.JSON : Compact.CBOR;
    }

    private final String table;
    private final Class<R> row;
    private final boolean compact;
    /** Made for the first row: reading a record's declaration costs a process that starts more than it costs to open a store. */
    private volatile @Nullable Mapping mapping;

    /** What is known of the record. */
    private record Mapping(List<RecordComponent> required, Set<String> known, boolean showsUnknown) {

        static Mapping of(Class<?> row) {
            List<RecordComponent> components = List.of(row.getRecordComponents());
            List<RecordComponent> required =
                    components.stream().filter(RowFormat::isRequired).toList();
            required.forEach(component -> component.getAccessor().setAccessible(true));
            Set<String> known =
                    Text.JSON
                            .getSerializationConfig()
                            .introspect(Text.JSON.constructType(row))
                            .findProperties()
                            .stream()
                            .map(BeanPropertyDefinition::getName)
                            .collect(Collectors.toUnmodifiableSet());
            boolean showsUnknown = components.stream()
                    .anyMatch(component -> component.getAccessor().isAnnotationPresent(JsonAnyGetter.class));
            return new Mapping(required, known, showsUnknown);
        }
    }

    RowFormat(String table, Class<R> row) {
        this(table, row, false);
    }

    /**
     * The rows of a table.
     *
     * @param compact whether they are written as CBOR
     */
    RowFormat(String table, Class<R> row, boolean compact) {
        if (!row.isRecord()) {
            throw new IllegalArgumentException(
                    "expected rows of " + table + " to be a record, but came " + row.getName());
        }
        this.table = table;
        this.row = row;
        this.compact = compact;
    }

    private ObjectMapper mapper() {
        return compact ? Compact.CBOR : Text.JSON;
    }

    private Mapping mapping() {
        Mapping known = mapping;
        if (known == null) {
            // Two threads may make one each; they are the same.
            known = Mapping.of(row);
            mapping = known;
        }
        return known;
    }

    /**
     * The bytes of a row.
     *
     * @param replaced the bytes of the row that it replaces, whose unknown attributes it takes over; null for a new row
     * @throws IllegalArgumentException when a component is null that may not be, or the row is too long
     */
    byte[] bytes(R value, byte @Nullable [] replaced) {
        String missing = missing(value);
        if (missing != null) {
            throw new IllegalArgumentException("expected a " + missing + " in a row of " + table + ", but came null");
        }
        byte[] bytes;
        try {
            bytes = mapper().writeValueAsBytes(value);
            if (replaced != null && !mapping().showsUnknown()) {
                bytes = withUnknown(bytes, replaced);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "expected a row of " + table + " that has JSON, but came one that has none" + where(e));
        }
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "expected a row of at most " + MAX_BYTES + " bytes in " + table + ", but came " + bytes.length);
        }
        return bytes;
    }

    /**
     * The row of these bytes.
     *
     * @throws IllegalStateException when they hold no such row: they are as they were written, but by one with another
     *     idea of the row. The message has no values, which may be secret
     */
    R row(byte[] key, byte[] bytes) {
        try {
            R value = mapperOf(bytes).readValue(bytes, row);
            String missing = missing(value);
            if (missing == null) {
                return value;
            }
            throw unreadable(key, ": no " + missing);
        } catch (IOException e) {
            throw unreadable(key, where(e));
        }
    }

    private IllegalStateException unreadable(byte[] key, String rest) {
        return new IllegalStateException("expected a row of " + row.getSimpleName() + " in " + table + " under key "
                + Envelope.shown(key) + ", but found other JSON" + rest);
    }

    private byte[] withUnknown(byte[] bytes, byte[] replaced) throws IOException {
        JsonNode before = mapperOf(replaced).readTree(replaced);
        List<String> unknown = new ArrayList<>();
        before.fieldNames().forEachRemaining(name -> {
            if (!mapping().known().contains(name)) {
                unknown.add(name);
            }
        });
        if (unknown.isEmpty()) {
            return bytes;
        }
        ObjectNode after = (ObjectNode) mapper().readTree(bytes);
        unknown.forEach(name -> after.set(name, before.get(name)));
        return mapper().writeValueAsBytes(after);
    }

    private @Nullable String missing(R value) {
        for (RecordComponent component : mapping().required()) {
            try {
                if (component.getAccessor().invoke(value) == null) {
                    return component.getName();
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("expected to read " + component + " of a row of " + table, e);
            }
        }
        return null;
    }

    private static boolean isRequired(RecordComponent component) {
        return !component.getType().isPrimitive()
                && !component.getAnnotatedType().isAnnotationPresent(Nullable.class)
                && !component.getAccessor().isAnnotationPresent(JsonAnyGetter.class);
    }

    private static String where(IOException e) {
        return e instanceof JsonMappingException mapping ? " at " + mapping.getPathReference() : "";
    }

    private static SimpleModule times() {
        return new SimpleModule("times")
                .addSerializer(Instant.class, ToStringSerializer.instance)
                .addSerializer(Duration.class, ToStringSerializer.instance)
                .addDeserializer(Instant.class, new Parsed<>(Instant.class, Instant::parse))
                .addDeserializer(Duration.class, new Parsed<>(Duration.class, Duration::parse));
    }

    private static final class Parsed<T> extends FromStringDeserializer<T> {
        private static final long serialVersionUID = 1L;

        private final transient Function<String, T> parse;

        Parsed(Class<T> type, Function<String, T> parse) {
            super(type);
            this.parse = parse;
        }

        @Override
        protected T _deserialize(String text, DeserializationContext context) throws IOException {
            try {
                return parse.apply(text);
            } catch (DateTimeException e) {
                throw JsonMappingException.from(context, "expected ISO 8601, but found other text", e);
            }
        }
    }
}
