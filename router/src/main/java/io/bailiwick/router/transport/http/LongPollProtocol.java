package io.bailiwick.router.transport.http;

import io.bailiwick.router.codec.Codec;
import io.bailiwick.router.link.MessageTooLargeException;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How messages lie in the bodies of a long-poll transport: one in each, or in the batched protocols one or more, in JSON
 * each followed by the octet 0x1E, else each preceded by its length in four octets (WAMP, "Message Batching").
 *
 * @param format the format of the messages
 * @param batched whether there may be more than one
 */
record LongPollProtocol(Format format, boolean batched) {
    private static final String BATCHED = ".batched";
    private static final byte SEPARATOR = 0x1E;
    /** What Autobahn for Python writes: the text of WAMP says "\30" beside 0x1e. */
    private static final byte OCTAL_SEPARATOR = 0x18;

    /** The protocol of a name such as {@code wamp.2.json.batched}, if it is one of ours. */
    static Optional<LongPollProtocol> of(String name) {
        boolean batched = name.endsWith(BATCHED);
        String plain = batched ? name.substring(0, name.length() - BATCHED.length()) : name;
        return Format.ofSubprotocol(plain).map(format -> new LongPollProtocol(format, batched));
    }

    /** Its name. */
    String id() {
        return format.subprotocol() + (batched ? BATCHED : "");
    }

    /** The media type of a body. */
    String mediaType() {
        return switch (format) {
            case JSON -> "application/json; charset=utf-8";
            case MSGPACK -> "application/x-msgpack";
            case CBOR -> "application/cbor";
        };
    }

    /** What a message takes in a body besides its own bytes. */
    int overhead() {
        return !batched ? 0 : format.isText() ? 1 : Integer.BYTES;
    }

    /** The separator that a body uses, if it is a batch in JSON with one. */
    static byte separatorOf(byte[] body, byte otherwise) {
        byte last = body.length == 0 ? 0 : body[body.length - 1];
        return last == SEPARATOR || last == OCTAL_SEPARATOR ? last : otherwise;
    }

    static byte defaultSeparator() {
        return SEPARATOR;
    }

    /**
     * The bytes of one message.
     *
     * @param maxBody bytes that a body with it alone may have
     * @throws MessageTooLargeException when it would have more
     */
    byte[] encode(Message message, int maxBody) {
        int limit = maxBody - overhead();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(int octet) {
                check(1);
                super.write(octet);
            }

            @Override
            public synchronized void write(byte[] octets, int from, int length) {
                check(length);
                super.write(octets, from, length);
            }

            private void check(int more) {
                if (more > limit - count) {
                    throw new MessageTooLargeException(message.name(), limit);
                }
            }
        };
        try {
            Codec.of(format).write(message, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("expected a buffer to take " + message.name() + ", but it failed", e);
        }
        return bytes.toByteArray();
    }

    /** The body of these messages, at least one. */
    byte[] join(List<byte[]> messages, byte separator) {
        if (!batched) {
            return messages.get(0);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] message : messages) {
            if (format.isText()) {
                body.writeBytes(message);
                body.write(separator);
            } else {
                body.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                        .putInt(message.length)
                        .array());
                body.writeBytes(message);
            }
        }
        return body.toByteArray();
    }

    /**
     * The messages of a body, each with its own bytes.
     *
     * @throws ProtocolViolation when there is none, or lengths and separators do not fit
     */
    List<byte[]> split(byte[] body) {
        if (body.length == 0) {
            throw new ProtocolViolation("long-poll", "a message", "an empty body");
        } else if (!batched) {
            return List.of(body);
        }
        return format.isText() ? texts(body) : lengths(body);
    }

    private static List<byte[]> texts(byte[] body) {
        byte separator = separatorOf(body, (byte) 0);
        if (separator == 0) {
            throw new ProtocolViolation("long-poll", "a batch with the octet 1e behind each message", "another end");
        }
        List<byte[]> messages = new ArrayList<>();
        int from = 0;
        for (int at = 0; at < body.length; at++) {
            // Neither octet can be inside of JSON: control characters are escaped there.
            if (body[at] == separator) {
                messages.add(java.util.Arrays.copyOfRange(body, from, at));
                from = at + 1;
            }
        }
        return messages;
    }

    private static List<byte[]> lengths(byte[] body) {
        List<byte[]> messages = new ArrayList<>();
        ByteBuffer rest = ByteBuffer.wrap(body);
        while (rest.hasRemaining()) {
            int length = rest.remaining() < Integer.BYTES ? -1 : rest.getInt();
            if (length < 0 || length > rest.remaining()) {
                throw new ProtocolViolation(
                        "long-poll", "a batch with the length before each message", "another length");
            }
            byte[] message = new byte[length];
            rest.get(message);
            messages.add(message);
        }
        return messages;
    }
}
