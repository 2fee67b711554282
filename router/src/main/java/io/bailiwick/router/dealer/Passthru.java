package io.bailiwick.router.dealer;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.ProtocolViolation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a payload that the router does not read and passes on with it: those of WAMP's "Payload Passthru Mode",
 * and Autobahn's of an opaque payload. They belong to the payload, so they go with every part of a call, and with no other.
 */
final class Passthru {
    private static final List<String> PACKED_KEYS = List.of("ppt_scheme", "ppt_serializer", "ppt_cipher", "ppt_keyid");
    private static final List<String> OPAQUE_KEYS = List.of("enc_algo", "enc_key", "enc_serializer");

    /** What a link says of the way that a message has come. */
    static final String FORWARD_FOR = "forward_for";

    private Passthru() {}

    /** How the payload of a message is to be understood. */
    enum Kind {
        /** Arguments, as always. */
        PLAIN,
        /** WAMP's payload passthru mode: there is a {@code ppt_scheme}. */
        PACKED,
        /** Autobahn's opaque payload: there is an {@code enc_algo}. */
        OPAQUE;

        /** The attributes that go with it. */
        private List<String> keys() {
            return switch (this) {
                case PLAIN -> List.of();
                case PACKED -> PACKED_KEYS;
                case OPAQUE -> OPAQUE_KEYS;
            };
        }

        private Kind of(Dict attributes) {
            keys().forEach(attributes::textOrNull);
            return this;
        }
    }

    /**
     * Which payloads a role of a session has announced to send and take.
     *
     * @param packed {@code payload_passthru_mode}
     * @param opaque {@code payload_transparency}, which Autobahn announces
     */
    record Ability(boolean packed, boolean opaque) {
        private static final Ability NONE = new Ability(false, false);

        static Ability of(Dict features) {
            return features.isEmpty()
                    ? NONE
                    : new Ability(
                            features.flag("payload_passthru_mode", false),
                            features.flag("payload_transparency", false));
        }

        boolean covers(Kind kind) {
            return switch (kind) {
                case PLAIN -> true;
                case PACKED -> packed;
                case OPAQUE -> opaque;
            };
        }
    }

    /**
     * How the payload of a message is to be understood.
     *
     * @throws ProtocolViolation when an attribute is no text, or a sender uses the passthru mode and has not announced it
     */
    static Kind of(Dict attributes, Ability sender, String place) {
        if (attributes.isEmpty()) {
            return Kind.PLAIN;
        }
        String scheme = attributes.textOrNull("ppt_scheme");
        boolean opaque = attributes.has("enc_algo");
        if (scheme != null && !scheme.isEmpty()) {
            if (opaque) {
                throw new ProtocolViolation(place, "one of ppt_scheme and enc_algo", "both");
            }
            if (!sender.packed()) {
                throw new ProtocolViolation(
                        place + ".ppt_scheme", "no payload passthru mode, which this peer did not announce", "one");
            }
            return Kind.PACKED.of(attributes);
        }
        return opaque ? Kind.OPAQUE.of(attributes) : Kind.PLAIN;
    }

    /**
     * What goes on with the payload: its attributes, and, if the sender is another router, or speaks for others, what that says of the way the
     * message has come. From anybody else {@code forward_for} is dropped: it would be believed.
     */
    static Dict attributes(Kind kind, RpcSession sender, Dict from) {
        if (kind == Kind.PLAIN && !sender.isBelieved()) {
            return Dict.EMPTY;
        }
        Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
        for (String key : kind.keys()) {
            copy(key, from, attributes);
        }
        if (sender.isBelieved() && from.entries().get(FORWARD_FOR) instanceof List) {
            copy(FORWARD_FOR, from, attributes);
        }
        return attributes.isEmpty() ? Dict.EMPTY : Dict.owned("dict", attributes);
    }

    /** Of these attributes, what a session is told: who stands behind a link is told to links only, as the broker has it. */
    static Dict told(Dict attributes, RpcSession receiver) {
        if (attributes.isEmpty() || receiver.isRouterLink() || !attributes.has(FORWARD_FOR)) {
            return attributes;
        }
        Map<String, @Nullable Object> told = new LinkedHashMap<>(attributes.entries());
        told.remove(FORWARD_FOR);
        return told.isEmpty() ? Dict.EMPTY : Dict.owned("dict", told);
    }

    private static void copy(String key, Dict from, Map<String, @Nullable Object> to) {
        Object value = from.entries().get(key);
        if (value != null) {
            to.put(key, value);
        }
    }

    /** About how many bytes it costs to hold these attributes. */
    static long length(Dict attributes) {
        long length = 0;
        for (Object value : attributes.entries().values()) {
            length += value instanceof String text ? text.length() : 100;
        }
        return length;
    }
}
