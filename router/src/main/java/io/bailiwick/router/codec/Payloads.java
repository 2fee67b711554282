package io.bailiwick.router.codec;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Payloads read and written by those who look inside: clients and the router's own procedures.
 *
 * <p>Binary values are binary in MessagePack and CBOR, and in JSON a text of U+0000 and their base64, which is read as binary
 * again (WAMP, "Binary conversion of JSON Strings"). That holds for values, not for keys. A JSON text of U+0000 and something
 * that is not base64 stays the text it is. Integers keep all their digits; floats are doubles.
 */
public final class Payloads {
    /** Made for the first bean: most processes have none. */
    private static final class Beans {
        static final ObjectMapper MAPPER = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .build();
    }

    private Payloads() {}

    /**
     * Encodes arguments in their shortest form: nothing at all when there are none.
     *
     * @param arguments plain values; also records and other beans that Jackson can write, with names in snake_case
     * @throws UntranslatablePayloadException if a value has no form in this format
     */
    public static Payload encode(Format format, Arguments arguments) {
        boolean keywords = !arguments.map().isEmpty();
        if (arguments.list().isEmpty() && !keywords) {
            return Payload.EMPTY;
        }
        TokenWriter out = TokenWriter.ofPayload(format);
        out.value(arguments.list());
        if (keywords) {
            out.value(arguments.map());
        }
        return Payload.owned(format, out.written(), keywords ? 2 : 1);
    }

    /**
     * Decodes a payload of any format. An opaque payload, which is no list, becomes the only positional argument.
     *
     * @throws ProtocolViolation if the bytes are not what the payload says; never for a payload that {@link Codec} read
     */
    public static Arguments decode(Payload payload) {
        if (payload.isEmpty()) {
            return Arguments.NONE;
        }
        TokenReader tokens = TokenReader.ofPayload(payload);
        Object list = tokens.value();
        Map<String, @Nullable Object> map = Map.of();
        if (payload.elements() == 2) {
            tokens.separator();
            int at = tokens.position;
            TokenReader.Kind kind = tokens.next();
            if (kind != TokenReader.Kind.DICT) {
                throw tokens.violation(at, "a dictionary", kind.words);
            }
            map = tokens.dict(tokens.size);
        }
        tokens.finish();
        return new Arguments(positional(list), map);
    }

    private static List<@Nullable Object> positional(@Nullable Object value) {
        List<@Nullable Object> arguments = new ArrayList<>();
        if (value instanceof List<?> list) {
            arguments.addAll(list);
        } else {
            arguments.add(value);
        }
        return arguments;
    }

    /**
     * The same values in another format; the same payload if it has that format already.
     *
     * @throws UntranslatablePayloadException if that format has no form for one of the values
     */
    public static Payload transcode(Payload payload, Format format) {
        return payload.isEmpty() || payload.format() == format ? payload : Transcoder.transcode(payload, format);
    }

    /** The plain values of a record or another bean. */
    static @Nullable Object plain(Object bean) {
        Object plain;
        try {
            plain = Beans.MAPPER.convertValue(bean, Object.class);
        } catch (IllegalArgumentException failure) {
            throw new UntranslatablePayloadException(
                    "expected plain values or a bean, but found "
                            + bean.getClass().getName(),
                    failure);
        }
        if (plain != null && plain.getClass() == bean.getClass()) {
            throw new UntranslatablePayloadException("expected plain values or a bean, but found "
                    + bean.getClass().getName());
        }
        return plain;
    }
}
