package io.bailiwick.router.codec;

import io.bailiwick.router.codec.TokenReader.Kind;
import io.bailiwick.router.message.ProtocolViolation;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The check of all bytes of a message before anything of it is believed: one pass, with the same verdict in all formats.
 *
 * <p>A message is one list and nothing behind it, nested at most {@link #MAX_DEPTH} deep, of at most {@link #MAX_ITEMS}
 * values in all. Announced lengths are at most what is there, texts are valid UTF-8, keys are texts, no key is twice in one
 * dictionary, integers have at most {@link #MAX_DIGITS} digits. {@link TokenReader} checks what concerns one token, this
 * class the rest.
 *
 * <p>Cost: linear in the bytes, but for repeated keys: the hashes of the keys of one dictionary are sorted, and only keys
 * of equal hash are compared as texts, in a set that stays fast when hashes were made to collide. That is n log n for n
 * keys, whatever the peer sends.
 *
 * <p>On the way it notes where the elements of the message are.
 */
final class RawCheck {
    /** How deep lists and dictionaries may be nested; the message itself is the first level. */
    static final int MAX_DEPTH = 64;
    /** How many values a message may have in all; keys do not count. */
    static final int MAX_ITEMS = 100_000;
    /** How many decimal digits an integer may have, and how many characters a JSON number with a fraction. */
    static final int MAX_DIGITS = 100;

    /** No message has more elements than ERROR. */
    private static final int MAX_ELEMENTS = 7;

    private static final long[] NO_KEYS = {};

    private final TokenReader tokens;
    private final int[] bounds = new int[2 * MAX_ELEMENTS];
    private int elements;

    /** The keys of all open dictionaries, inner ones last: hash in the upper half, position in the lower. */
    private long[] keys = NO_KEYS;

    private int keyCount;

    private RawCheck(TokenReader tokens) {
        this.tokens = tokens;
    }

    /**
     * Checks a message.
     *
     * @throws ProtocolViolation naming the byte
     */
    static RawCheck of(TokenReader tokens) {
        RawCheck check = new RawCheck(tokens);
        check.message();
        return check;
    }

    /** How many elements the message has. */
    int elements() {
        return elements;
    }

    /** Where an element starts; known for the first seven. */
    int start(int element) {
        return bounds[2 * element];
    }

    /** Where an element ends; known for the first seven. */
    int end(int element) {
        return bounds[2 * element + 1];
    }

    private void message() {
        int at = tokens.position;
        Kind kind = tokens.next();
        if (kind != Kind.LIST) {
            throw tokens.violation(at, "a list", kind.words);
        }
        int size = tokens.size;
        for (int i = 0; tokens.more(Kind.LIST, size, i); i++) {
            tokens.skipFiller();
            int start = tokens.position;
            value();
            if (i < MAX_ELEMENTS) {
                bounds[2 * i] = start;
                bounds[2 * i + 1] = tokens.position;
            }
            elements++;
        }
        tokens.finish();
    }

    private void value() {
        Kind kind = tokens.next();
        int size = tokens.size;
        if (kind == Kind.LIST) {
            for (int i = 0; tokens.more(Kind.LIST, size, i); i++) {
                value();
            }
        } else if (kind == Kind.DICT) {
            int first = keyCount;
            for (int i = 0; tokens.more(Kind.DICT, size, i); i++) {
                int at = tokens.position;
                tokens.key();
                push(at);
                value();
            }
            if (keyCount - first > 1) {
                checkKeys(first);
            }
            keyCount = first;
        }
    }

    private void push(int at) {
        if (keyCount == keys.length) {
            keys = Arrays.copyOf(keys, Math.max(16, 2 * keyCount));
        }
        keys[keyCount++] = (long) tokens.contentHash() << Integer.SIZE | at;
    }

    /** Checks that the keys from here on, those of one dictionary, differ from each other. */
    private void checkKeys(int first) {
        Arrays.sort(keys, first, keyCount);
        int i = first;
        while (i < keyCount) {
            int run = i + 1;
            while (run < keyCount && keys[run] >>> Integer.SIZE == keys[i] >>> Integer.SIZE) {
                run++;
            }
            if (run > i + 1) {
                checkTexts(i, run);
            }
            i = run;
        }
    }

    private void checkTexts(int from, int to) {
        Set<String> texts = new HashSet<>();
        for (int i = from; i < to; i++) {
            int at = (int) keys[i];
            if (!texts.add(tokens.textAt(at))) {
                throw tokens.violation(at, "keys that differ", "the same key again");
            }
        }
    }
}
