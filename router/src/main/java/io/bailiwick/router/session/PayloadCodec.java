package io.bailiwick.router.session;

import io.bailiwick.router.message.Payload;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the payloads of the realm's own procedures and events: the only ones a realm looks into. Handed in,
 * because a realm knows no wire format.
 */
public interface PayloadCodec {

    /**
     * A decoded payload. Values are null, {@link Boolean}, {@link Long}, {@link Double}, {@link String}, {@link List} and
     * {@link Map} with text keys, and what else the wire formats know.
     *
     * @param list the positional arguments
     * @param map the keyword arguments
     */
    record Values(List<? extends @Nullable Object> list, Map<String, ? extends @Nullable Object> map) {
        /** No arguments. */
        public static final Values NONE = new Values(List.of(), Map.of());

        /** Positional arguments only. */
        public static Values of(Object... list) {
            return new Values(List.of(list), Map.of());
        }
    }

    /** Writes arguments, in whatever format suits most readers. */
    Payload encode(Values values);

    /**
     * Reads arguments.
     *
     * @throws io.bailiwick.router.message.ProtocolViolation when they cannot be read
     */
    Values decode(Payload payload);
}
