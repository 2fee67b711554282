package io.bailiwick.router.codec;

import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Payload;

/** Payloads read and written by those who look inside: clients and the router's own procedures. */
public final class Payloads {
    private Payloads() {}

    /** Encodes arguments. Values may also be records and other beans that Jackson can write. */
    public static Payload encode(Format format, Arguments arguments) {
        throw new UnsupportedOperationException();
    }

    /** Decodes a payload of any format. */
    public static Arguments decode(Payload payload) {
        throw new UnsupportedOperationException();
    }

    /** The same values in another format; the same payload if it has that format already. */
    public static Payload transcode(Payload payload, Format format) {
        throw new UnsupportedOperationException();
    }
}
