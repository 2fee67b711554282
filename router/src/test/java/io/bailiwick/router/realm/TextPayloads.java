package io.bailiwick.router.realm;

import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.session.PayloadCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Payloads for tests: the text of the arguments. It remembers what it has encoded, and so knows how to decode it.
 */
final class TextPayloads implements PayloadCodec {
    private static final Map<String, Values> encoded = new HashMap<>();

    static Payload payload(Object... list) {
        return new TextPayloads().encode(Values.of(list));
    }

    static Payload keywords(Map<String, ?> map, Object... list) {
        return new TextPayloads().encode(new Values(java.util.List.of(list), map));
    }

    @Override
    public Payload encode(Values values) {
        if (values.list().isEmpty() && values.map().isEmpty()) {
            return Payload.EMPTY;
        }
        String text = values.list() + " " + values.map();
        encoded.put(text, values);
        return Payload.view(Format.JSON, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 2);
    }

    @Override
    public Values decode(Payload payload) {
        if (payload.isEmpty()) {
            return Values.NONE;
        }
        return encoded.get(StandardCharsets.UTF_8.decode(payload.bytes()).toString());
    }
}
