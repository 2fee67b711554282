package io.bailiwick.router.codec;

import io.bailiwick.router.codec.TokenReader.Kind;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.ProtocolViolation;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
 * <p>On the way it notes where the elements of the message are. Most messages of MessagePack and CBOR are passed by {@link
 * QuickCheck}; all others, and all that are refused, come here.
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
    private final @Nullable QuickCheck quick;
    private final int[] bounds = new int[2 * MAX_ELEMENTS];
    private final Kind[] kinds = new Kind[MAX_ELEMENTS];
    private final long[] facts = new long[MAX_ELEMENTS];
    private int elements;

    /** The keys of all open dictionaries, inner ones last: hash in the upper half, position in the lower. */
    private long[] keys = NO_KEYS;

    private int keyCount;

    /** A check of one message after another, each of which these tokens are set to. */
    RawCheck(Format format, TokenReader tokens) {
        this.tokens = tokens;
        this.quick = QuickCheck.of(format, tokens, this);
    }

    /** Checks one message, as {@link #message}. */
    static RawCheck of(Format format, TokenReader tokens) {
        RawCheck check = new RawCheck(format, tokens);
        check.message();
        return check;
    }

    /** How many elements the message has. */
    int elements() {
        return elements;
    }

    /** Where an element starts; known, as what follows, for the first seven. */
    int start(int element) {
        return bounds[2 * element];
    }

    /** Where an element ends. */
    int end(int element) {
        return bounds[2 * element + 1];
    }

    /** What an element is. */
    Kind kind(int element) {
        return kinds[element];
    }

    /**
     * What there is to know of an element: the value of an INTEGER; how many elements a LIST or DICT has; of a TEXT in one
     * piece where it starts and, in the lower half, ends, and of another TEXT -1.
     */
    long fact(int element) {
        return facts[element];
    }

    /** Lets go of the memory that one message alone has needed. */
    void forget() {
        if (keys.length > CodecTools.KEPT / Long.BYTES) {
            keys = NO_KEYS;
        }
    }

    /** The bytes of working memory that it has now. */
    int kept() {
        return keys.length * Long.BYTES;
    }

    /**
     * Checks a message.
     *
     * @throws ProtocolViolation naming the byte
     */
    void message() {
        if (!isPassedQuickly()) {
            walk();
        }
    }

    private void begin() {
        elements = 0;
        keyCount = 0;
    }

    /** Goes the short way, if there is one: false when it has led nowhere. */
    boolean isPassedQuickly() {
        begin();
        return quick != null && quick.message();
    }

    /** Goes the long way. */
    void walk() {
        begin();
        int at = tokens.position;
        Kind kind = tokens.next();
        if (kind != Kind.LIST) {
            throw tokens.violation(at, "a list", kind.words);
        }
        int size = tokens.size;
        for (; tokens.more(Kind.LIST, size, elements); elements++) {
            if (elements < MAX_ELEMENTS) {
                note(elements);
            } else {
                inside(tokens.next());
            }
        }
        tokens.finish();
    }

    /** Checks an element and takes down what is known of it then. */
    private void note(int element) {
        tokens.skipFiller();
        int start = tokens.position;
        Kind kind = tokens.next();
        long fact = kind == Kind.INTEGER ? tokens.integer : kind == Kind.TEXT ? tokens.place() : inside(kind);
        takeDown(element, kind, start, tokens.position, fact);
    }

    private void takeDown(int element, Kind kind, int start, int end, long fact) {
        kinds[element] = kind;
        bounds[2 * element] = start;
        bounds[2 * element + 1] = end;
        facts[element] = fact;
    }

    /** Takes down the next element, which has been checked. */
    void add(Kind kind, int start, int end, long fact) {
        if (elements < MAX_ELEMENTS) {
            takeDown(elements, kind, start, end, fact);
        }
        elements++;
    }

    /** Checks what is in a value whose head has just been read, and counts its elements. */
    private int inside(Kind kind) {
        int size = tokens.size;
        int count = 0;
        if (kind == Kind.LIST) {
            for (; tokens.more(Kind.LIST, size, count); count++) {
                inside(tokens.next());
            }
        } else if (kind == Kind.DICT) {
            int first = keyCount;
            for (; tokens.more(Kind.DICT, size, count); count++) {
                int at = tokens.position;
                tokens.key();
                push(tokens.contentHash(), at);
                inside(tokens.next());
            }
            endKeys(first);
        }
        return count;
    }

    /** How many keys there are of dictionaries that are open. */
    int keyCount() {
        return keyCount;
    }

    /** Another key of the dictionary that was opened last: the hash of its text, and where it starts. */
    void push(int hash, int at) {
        if (keyCount == keys.length) {
            keys = Arrays.copyOf(keys, Math.max(16, 2 * keyCount));
        }
        keys[keyCount++] = (long) hash << Integer.SIZE | at;
    }

    /** The end of a dictionary, whose keys are those from here on: they have to differ. */
    void endKeys(int first) {
        if (keyCount > first + 1) {
            checkKeys(first);
        }
        keyCount = first;
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

    // ---- octets

    /** A hash of octets. */
    static int hash(byte[] octets, int from, int to) {
        int hash = 1;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + octets[i];
        }
        return hash;
    }

    /** The position of the first octet that is not ASCII: 32 at a time are passed over, then 8, then one. */
    static int afterAscii(byte[] octets, int from, int to) {
        int at = from;
        while (to - at >= 4 * Long.BYTES && areAscii(octets, at)) {
            at += 4 * Long.BYTES;
        }
        while (to - at >= Long.BYTES
                && ((long) TokenReader.EIGHT_OCTETS.get(octets, at) & TokenReader.EIGHT_HIGH_BITS) == 0) {
            at += Long.BYTES;
        }
        while (at < to && octets[at] >= 0) {
            at++;
        }
        return at;
    }

    private static boolean areAscii(byte[] octets, int at) {
        long first = (long) TokenReader.EIGHT_OCTETS.get(octets, at);
        long second = (long) TokenReader.EIGHT_OCTETS.get(octets, at + Long.BYTES);
        long third = (long) TokenReader.EIGHT_OCTETS.get(octets, at + 2 * Long.BYTES);
        long fourth = (long) TokenReader.EIGHT_OCTETS.get(octets, at + 3 * Long.BYTES);
        return ((first | second | third | fourth) & TokenReader.EIGHT_HIGH_BITS) == 0;
    }
}
