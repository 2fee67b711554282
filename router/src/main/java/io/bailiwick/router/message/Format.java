package io.bailiwick.router.message;

import java.util.Optional;

/** A wire format of WAMP messages. */
public enum Format {
    /** JSON text in UTF-8, subprotocol {@code wamp.2.json}, RawSocket serializer 1. */
    JSON("json", 1, true),
    /** MessagePack, subprotocol {@code wamp.2.msgpack}, RawSocket serializer 2. */
    MSGPACK("msgpack", 2, false),
    /** CBOR, subprotocol {@code wamp.2.cbor}, RawSocket serializer 3. */
    CBOR("cbor", 3, false);

    private final String id;
    private final int rawSocketSerializer;
    private final boolean text;

    Format(String id, int rawSocketSerializer, boolean text) {
        this.id = id;
        this.rawSocketSerializer = rawSocketSerializer;
        this.text = text;
    }

    /** The name used in subprotocols and configuration: {@code json}, {@code msgpack} or {@code cbor}. */
    public String id() {
        return id;
    }

    /** The WebSocket subprotocol, for example {@code wamp.2.cbor}. */
    public String subprotocol() {
        return "wamp.2." + id;
    }

    /** The serializer number of the RawSocket handshake, 1 to 3. */
    public int rawSocketSerializer() {
        return rawSocketSerializer;
    }

    /** Whether messages travel in WebSocket text frames (else in binary frames). */
    public boolean isText() {
        return text;
    }

    /** The format of a WebSocket subprotocol, if it is one of ours. */
    public static Optional<Format> ofSubprotocol(String subprotocol) {
        for (Format format : values()) {
            if (format.subprotocol().equals(subprotocol)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /** The format of a RawSocket serializer number, if it is one of ours. */
    public static Optional<Format> ofRawSocketSerializer(int serializer) {
        for (Format format : values()) {
            if (format.rawSocketSerializer == serializer) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }
}
