package io.bailiwick.router.client;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.bailiwick.router.message.Dict;
import java.io.IOException;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Values of Java against values of the wire: records and beans are dictionaries with keys in snake case, of which unknown
 * ones are ignored; instants are ISO-8601 texts in UTC with milliseconds; a value is never bent into another kind (no text
 * is a number, no number a text).
 */
final class Values {
    /** Made for the first value that is not what it is to be already: a process that starts has none. */
    private static final class Jackson {
        static final ObjectMapper MAPPER = mapper();
    }

    private Values() {}

    private static ObjectMapper mapper() {
        ObjectMapper mapper = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                .addModule(new SimpleModule()
                        .addSerializer(Instant.class, new InstantWriter())
                        .addDeserializer(Instant.class, new InstantReader()))
                .build();
        mapper.coercionConfigFor(LogicalType.Textual)
                .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
        return mapper;
    }

    /** A type as Jackson knows it. */
    static JavaType type(Type type) {
        return Jackson.MAPPER.constructType(type);
    }

    /** A result as a plain value: null, Boolean, number, text, bytes, list or dictionary. */
    static @Nullable Object plain(@Nullable Object value) {
        return isPlain(value) ? value : Jackson.MAPPER.convertValue(value, Object.class);
    }

    /** Whether it is what a mapper would make of it: most results are. */
    private static boolean isPlain(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (!(entry.getKey() instanceof String) || !isPlain(entry.getValue())) {
                    return false;
                }
            }
            return true;
        } else if (value instanceof List<?> list) {
            for (Object element : list) {
                if (!isPlain(element)) {
                    return false;
                }
            }
            return true;
        }
        return value == null || isScalar(value) || value instanceof Integer || value instanceof byte[];
    }

    /** What is on the wire as it is here, and needs no mapper. */
    private static boolean isScalar(Object value) {
        return value instanceof String || value instanceof Long || value instanceof Boolean || value instanceof Double;
    }

    /**
     * An argument in the type that a procedure wants.
     *
     * @param place names the argument in errors
     * @throws IllegalArgumentException with one sentence that names the place, what was expected and what came
     */
    static Object convert(String place, Object value, Type declared) {
        if (declared == value.getClass() && isScalar(value)) {
            return value;
        }
        JavaType type = type(declared);
        if (value instanceof Map<?, ?> map && isAnyDictionary(type)) {
            return new LinkedHashMap<>(map);
        }
        try {
            Object converted = Jackson.MAPPER.convertValue(integral(value, type), type);
            if (converted != null) {
                return converted;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(text(place, value, type, e.getCause()), e);
        }
        throw new IllegalArgumentException(text(place, value, type, null));
    }

    /** Whether a dictionary of whatever values is what is wanted: that needs no mapper either. */
    private static boolean isAnyDictionary(JavaType type) {
        return type.hasRawClass(Map.class)
                && type.getKeyType().hasRawClass(String.class)
                && type.getContentType().hasRawClass(Object.class);
    }

    /** A float with an integral value is an integer: JavaScript knows no other. */
    private static Object integral(Object value, JavaType type) {
        boolean wanted = type.hasRawClass(Long.class)
                || type.hasRawClass(long.class)
                || type.hasRawClass(Integer.class)
                || type.hasRawClass(int.class);
        if (wanted && value instanceof Double number && number == Math.rint(number) && Math.abs(number) <= 1L << 53) {
            return number.longValue();
        }
        return value;
    }

    private static String text(String place, Object value, JavaType type, @Nullable Throwable cause) {
        StringBuilder where = new StringBuilder(place);
        JavaType expected = type;
        Object found = value;
        if (cause instanceof JsonMappingException mapping) {
            for (JsonMappingException.Reference step : mapping.getPath()) {
                where.append(step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName());
                found = found == null ? null : at(found, step);
            }
            boolean inside = !mapping.getPath().isEmpty();
            if (inside && mapping instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
                expected = Jackson.MAPPER.constructType(mismatch.getTargetType());
            }
        }
        return "argument '" + where + "': expected " + withArticle(name(expected)) + ", but found " + Dict.kind(found);
    }

    private static @Nullable Object at(Object found, JsonMappingException.Reference step) {
        if (found instanceof java.util.Map<?, ?> map) {
            return map.get(step.getFieldName());
        }
        return found instanceof java.util.List<?> list && step.getIndex() >= 0 && step.getIndex() < list.size()
                ? list.get(step.getIndex())
                : null;
    }

    /** The name of a type for those who call: what must stand on the wire. */
    static String name(JavaType type) {
        Class<?> raw = type.getRawClass();
        if (raw == Object.class) {
            return "value";
        } else if (raw.isEnum()) {
            return "one of "
                    + Arrays.stream(raw.getEnumConstants())
                            .map(constant -> String.valueOf(plain(constant)))
                            .collect(Collectors.joining(", "));
        } else if (raw == UUID.class) {
            return "UUID";
        } else if (raw == Instant.class) {
            return "ISO-8601 time";
        } else if (CharSequence.class.isAssignableFrom(raw)) {
            return "string";
        } else if (raw == boolean.class || raw == Boolean.class) {
            return "boolean";
        } else if (raw == double.class || raw == float.class || raw == Double.class || raw == Float.class) {
            return "number";
        } else if (raw.isPrimitive() || Number.class.isAssignableFrom(raw)) {
            return "integer";
        } else if (raw == byte[].class) {
            return "binary";
        } else if (type.isCollectionLikeType() || type.isArrayType()) {
            String of = name(type.getContentType());
            return of.equals("value") ? "list" : "list of " + of;
        }
        return "dictionary";
    }

    static String withArticle(String name) {
        if (name.startsWith("one of ") || name.equals("binary")) {
            return name;
        }
        return (name.startsWith("i") || name.startsWith("I") ? "an " : "a ") + name;
    }

    private static final class InstantWriter extends StdScalarSerializer<Instant> {
        private static final long serialVersionUID = 1L;

        private static final DateTimeFormatter INSTANT = DateTimeFormatter.ofPattern(
                        "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
                .withZone(ZoneOffset.UTC);

        InstantWriter() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(INSTANT.format(value));
        }
    }

    private static final class InstantReader extends StdScalarDeserializer<Instant> {
        private static final long serialVersionUID = 1L;

        InstantReader() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
            try {
                return Instant.parse(in.getValueAsString(""));
            } catch (DateTimeParseException e) {
                throw MismatchedInputException.from(in, Instant.class, "not ISO-8601");
            }
        }
    }
}
