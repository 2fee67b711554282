package io.bailiwick.router.web;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Bodies in JSON, read and written with the rules and bounds of WAMP's payloads. */
final class Json {
    private Json() {}

    /**
     * The value of a body.
     *
     * @throws ProtocolViolation when it is not one JSON value in UTF-8
     */
    static @Nullable Object read(byte[] body) {
        // In brackets of our own: a list as a body is one value, not many.
        byte[] list = new byte[body.length + 2];
        list[0] = '[';
        System.arraycopy(body, 0, list, 1, body.length);
        list[list.length - 1] = ']';
        List<@Nullable Object> values = Payloads.decode(Payload.owned(Format.JSON, ByteBuffer.wrap(list), 1))
                .list();
        if (values.size() != 1) {
            throw new ProtocolViolation("body", "one JSON value", values.size() + " values");
        }
        return values.get(0);
    }

    /**
     * The object of a body.
     *
     * @throws ProtocolViolation when it is no JSON object
     */
    static Dict readObject(byte[] body) {
        Object value = read(body);
        if (value instanceof Map<?, ?>) {
            return Dict.at("the request", Map.of("body", value)).dict("body");
        }
        throw new ProtocolViolation("body", "a JSON object", Dict.kind(value));
    }

    /**
     * The arguments of a request, below {@code args} and {@code kwargs}.
     *
     * @throws ProtocolViolation when they are not a list and an object
     */
    static Arguments arguments(Dict body) {
        Object list = body.entries().get("args");
        if (list != null && !(list instanceof List<?>)) {
            throw new ProtocolViolation("body.args", "a list", Dict.kind(list));
        }
        return new Arguments(
                list instanceof List<?> values ? new ArrayList<>(values) : List.of(),
                body.dict("kwargs").entries());
    }

    /** JSON text of plain values. */
    static byte[] write(Object value) {
        ByteBuffer list = Payloads.encode(Format.JSON, Arguments.of(value)).bytes();
        byte[] bytes = new byte[list.remaining()];
        list.get(bytes);
        return Arrays.copyOfRange(bytes, 1, bytes.length - 1);
    }

    /** An object of arguments, and of what stands before them. */
    static byte[] write(Map<String, Object> before, Arguments arguments) {
        Map<String, Object> object = new LinkedHashMap<>(before);
        object.put("args", arguments.list());
        object.put("kwargs", arguments.map());
        return write(object);
    }

    /** An error object without arguments but a sentence. */
    static byte[] error(String uri, String text) {
        try {
            return write(Map.of("error", uri), Arguments.of(text));
        } catch (RuntimeException e) {
            return "{\"error\":\"wamp.error.runtime_error\",\"args\":[],\"kwargs\":{}}"
                    .getBytes(StandardCharsets.UTF_8);
        }
    }
}
