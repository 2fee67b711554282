package io.bailiwick.router.codec;

import io.bailiwick.router.codec.TokenReader.Kind;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Payload;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * Copies payloads into one format, token by token. Where this format announces the sizes of lists and dictionaries and that
 * of the payload does not, a first walk counts them. For one payload after another, on one thread.
 */
final class Transcoder {
    private static final int FIRST_SIZES = 16;
    private static final byte[] NOTHING = {};

    private final Format format;
    private final TokenWriter out;
    private final Map<Format, TokenReader> readers = new EnumMap<>(Format.class);
    /** Reads the payload of the moment. */
    private TokenReader tokens;
    /** The bytes of the payload of the moment, and room for longer ones. */
    private byte[] copy = NOTHING;
    /** The sizes of all lists and dictionaries in the order of their heads. */
    private int[] sizes = new int[FIRST_SIZES];

    private int containers;
    /** Whether the sizes were counted, as they must be. */
    private boolean counted;

    Transcoder(Format format) {
        this.format = format;
        this.out = TokenWriter.of(format, true);
        this.tokens = reader(format);
    }

    private TokenReader reader(Format format) {
        return readers.computeIfAbsent(format, other -> TokenReader.of(other, true));
    }

    /**
     * The same values in this other format.
     *
     * @throws UntranslatablePayloadException if that format has no form for one of them
     */
    static Payload transcode(Payload payload, Format format) {
        Transcoder transcoder = new Transcoder(format);
        transcoder.transcode(payload);
        return Payload.owned(format, transcoder.out.written(), payload.elements());
    }

    /**
     * Makes ready the same values in the other format.
     *
     * @throws UntranslatablePayloadException if that format has no form for one of them
     */
    void transcode(Payload payload) {
        int length = payload.length();
        if (copy.length < length) {
            copy = new byte[Math.max(length, Math.min(2 * copy.length, CodecTools.KEPT))];
        }
        payload.copyTo(copy, 0);
        tokens = reader(payload.format());
        tokens.begin(copy, 0, length);
        out.begin();
        containers = 0;
        counted = format != Format.JSON && payload.format() != Format.MSGPACK;
        if (counted) {
            count(payload.elements());
        }
        copy(payload.elements());
    }

    /** Writes to the stream what was made ready. */
    void flushTo(OutputStream stream) throws IOException {
        out.flushTo(stream);
    }

    /** Writes what was made ready behind what another writer has written. */
    void copyTo(TokenWriter other) {
        out.copyTo(other);
    }

    /** Lets go of the payload, and of the memory that it alone has needed. */
    void forget() {
        tokens.forget();
        out.forget();
        if (copy.length > CodecTools.KEPT) {
            copy = NOTHING;
        }
        if (sizes.length > CodecTools.KEPT / Integer.BYTES) {
            sizes = new int[FIRST_SIZES];
        }
    }

    /** The bytes of working memory that it has now. */
    int kept() {
        return out.kept() + copy.length + sizes.length * Integer.BYTES;
    }

    private void count(int elements) {
        for (int i = 0; i < elements; i++) {
            if (i > 0) {
                tokens.separator();
            }
            count();
        }
    }

    private void count() {
        Kind kind = tokens.next();
        if (kind != Kind.LIST && kind != Kind.DICT) {
            return;
        }
        if (containers == sizes.length) {
            sizes = Arrays.copyOf(sizes, 2 * containers);
        }
        int container = containers++;
        int announced = tokens.size;
        int count = 0;
        for (; tokens.more(kind, announced, count); count++) {
            if (kind == Kind.DICT) {
                tokens.key();
            }
            count();
        }
        sizes[container] = count;
    }

    private void copy(int elements) {
        tokens.moveTo(0);
        containers = 0;
        for (int i = 0; i < elements; i++) {
            if (i > 0) {
                tokens.separator();
            }
            copy();
        }
        tokens.finish();
    }

    /** The size of the list or dictionary whose head has just been read; JSON does not ask for it. */
    private int size() {
        return counted ? sizes[containers++] : tokens.size;
    }

    private void copy() {
        Kind kind = tokens.next();
        switch (kind) {
            case NULL -> out.nothing();
            case BOOLEAN -> out.truth(tokens.flag);
            case INTEGER -> out.integer(tokens.integer);
            case BIG_INTEGER -> out.wholeNumber(tokens.bigInteger);
            case FLOAT -> out.real(tokens.real());
            case TEXT, BINARY -> tokens.copyContent(kind, out);
            case LIST -> {
                out.list(size());
                copyElements(kind, tokens.size);
            }
            case DICT -> {
                out.dict(size());
                copyElements(kind, tokens.size);
            }
        }
    }

    private void copyElements(Kind container, int announced) {
        for (int i = 0; tokens.more(container, announced, i); i++) {
            if (container == Kind.DICT) {
                tokens.key();
                tokens.copyKey(out);
            }
            copy();
        }
        out.end(container);
    }
}
