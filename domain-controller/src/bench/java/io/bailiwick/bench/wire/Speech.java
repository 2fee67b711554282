package io.bailiwick.bench.wire;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A protocol with its transport and format.
 *
 * @param protocol which one
 * @param webSocket over WebSocket; else over RawSocket, or frames with a length for the relay
 * @param encoding of WAMP, and of the messages that the relay passes on; null for others
 */
public record Speech(
        Protocol protocol, boolean webSocket, @Nullable Encoding encoding) {
    /** Protocols. */
    public enum Protocol {
        WAMP,
        RELAY,
        NATS,
        MQTT
    }

    /** WAMP over RawSocket. */
    public static Speech rawSocket(Encoding encoding) {
        return new Speech(Protocol.WAMP, false, encoding);
    }

    /** WAMP over WebSocket. */
    public static Speech webSocket(Encoding encoding) {
        return new Speech(Protocol.WAMP, true, encoding);
    }

    /** The relay's, framed as RawSocket or WebSocket, with messages as long as those of WAMP in a format. */
    public static Speech relay(boolean webSocket, Encoding encoding) {
        return new Speech(Protocol.RELAY, webSocket, encoding);
    }

    /** That of NATS. */
    public static Speech nats() {
        return new Speech(Protocol.NATS, false, null);
    }

    /** MQTT 3.1.1. */
    public static Speech mqtt() {
        return new Speech(Protocol.MQTT, false, null);
    }

    Wire wire(String path) {
        return switch (protocol) {
            case NATS -> StreamWire.NATS;
            case MQTT -> StreamWire.MQTT;
            case RELAY -> webSocket ? new WebSocketWire(path, "", false) : LengthWire.relay();
            case WAMP ->
                webSocket
                        ? new WebSocketWire(path, "wamp.2." + wamp().id(), encoding == Encoding.JSON)
                        : LengthWire.rawSocket(wamp());
        };
    }

    Dialect dialect(Part part, Optional<Key> key) {
        Filler filler = new Filler(part.payload());
        return switch (protocol) {
            case WAMP -> new WampDialect(wamp(), part.realm(), key, filler);
            case RELAY -> {
                WampDialect wamp = new WampDialect(wamp(), part.realm(), key, filler);
                yield new RelayDialect(part.role(), part.group(), key, filler, wamp);
            }
            case NATS -> new NatsDialect(filler);
            case MQTT -> new MqttDialect(part.role(), filler);
        };
    }

    private Encoding wamp() {
        if (encoding == null) {
            throw new IllegalStateException("expected a format for WAMP, but found none");
        }
        return encoding;
    }

    @Override
    public String toString() {
        String transport = webSocket ? "WebSocket" : "RawSocket";
        return switch (protocol) {
            case WAMP -> transport + " " + wamp().id();
            case RELAY -> (webSocket ? "WebSocket frames" : "frames with a length") + ", as long as " + wamp().id();
            case NATS -> "NATS";
            case MQTT -> "MQTT";
        };
    }
}
