package io.bailiwick.router.codec;

import io.bailiwick.router.codec.TokenReader.Kind;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Payload;
import java.util.Arrays;

/**
 * Copies a payload into another format, token by token. Where the other format announces the sizes of lists and
 * dictionaries, a first walk counts them.
 */
final class Transcoder {
    private final TokenReader tokens;
    private final TokenWriter out;
    /** The sizes of all lists and dictionaries in the order of their heads. */
    private int[] sizes = new int[16];

    private int containers;

    private Transcoder(TokenReader tokens, TokenWriter out) {
        this.tokens = tokens;
        this.out = out;
    }

    /**
     * The same values in this other format.
     *
     * @throws UntranslatablePayloadException if that format has no form for one of them
     */
    static Payload transcode(Payload payload, Format format) {
        Transcoder transcoder = new Transcoder(TokenReader.ofPayload(payload), TokenWriter.ofPayload(format));
        int elements = payload.elements();
        transcoder.count(elements);
        transcoder.copy(elements);
        return Payload.owned(format, transcoder.out.bytes(), elements);
    }

    private void count(int elements) {
        for (int i = 0; i < elements; i++) {
            if (i > 0) {
                tokens.separator();
            }
            count();
        }
        tokens.finish();
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
                out.list(sizes[containers++]);
                copyElements(kind, tokens.size);
            }
            case DICT -> {
                out.dict(sizes[containers++]);
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
