package io.bailiwick.router.codec;

import io.bailiwick.router.codec.TokenReader.Kind;
import io.bailiwick.router.message.Format;
import org.jspecify.annotations.Nullable;

/**
 * The short way of {@link RawCheck} through a message of MessagePack or CBOR: a table says of each first octet what it begins,
 * and the position stays in a local variable from one value to the next. What has no place in the table (tags and chunks of
 * CBOR, an integer of 64 bits without a sign) and nearly every fault is left to the long way, which begins anew: this one accepts less,
 * and never more.
 */
final class QuickCheck {
    /** In the place of a position: only the long way can tell. */
    private static final int LEFT = -1;

    // What a value is: the form of its first octet.
    private static final int OTHER = 0;
    private static final int NULL = 1;
    private static final int BOOLEAN = 2;
    private static final int FLOAT = 3;
    private static final int UNSIGNED = 4;
    private static final int SIGNED = 5;
    /** A negative number of CBOR. */
    private static final int COMPLEMENT = 6;

    private static final int TEXT = 7;
    private static final int BINARY = 8;
    private static final int LIST = 9;
    private static final int DICT = 10;

    private static final @Nullable Kind[] KINDS = {
        null,
        Kind.NULL,
        Kind.BOOLEAN,
        Kind.FLOAT,
        Kind.INTEGER,
        Kind.INTEGER,
        Kind.INTEGER,
        Kind.TEXT,
        Kind.BINARY,
        Kind.LIST,
        Kind.DICT
    };

    /** The lowest bits of an entry: the number that comes with the first octet, or of how many octets behind it it is. */
    private static final int NUMBER = 0xff;
    /** Set where the number stands behind the first octet. */
    private static final int BEHIND = 0x100;
    /** Above which the form stands. */
    private static final int FORM = 9;

    private static final int[] MSGPACK = msgPack();
    private static final int[] CBOR = cbor();

    private final int[] entries;
    private final TokenReader tokens;
    private final RawCheck check;

    private int values;
    /** Of the value that was passed last, what {@link RawCheck#fact} tells. */
    private long fact;

    private QuickCheck(int[] entries, TokenReader tokens, RawCheck check) {
        this.entries = entries;
        this.tokens = tokens;
        this.check = check;
    }

    /** The short way through the messages of a format, for a check that takes down what is found; null where there is none. */
    static @Nullable QuickCheck of(Format format, TokenReader tokens, RawCheck check) {
        return switch (format) {
            case JSON -> null;
            case MSGPACK -> new QuickCheck(MSGPACK, tokens, check);
            case CBOR -> new QuickCheck(CBOR, tokens, check);
        };
    }

    private static int here(int form, int number) {
        return form << FORM | number;
    }

    private static int behind(int form, int octets) {
        return form << FORM | BEHIND | octets;
    }

    private static int[] msgPack() {
        int[] entries = new int[256];
        for (int head = 0; head < 256; head++) {
            if (head < 0x80) {
                entries[head] = here(UNSIGNED, head);
            } else if (head < 0x90) {
                entries[head] = here(DICT, head & 0x0f);
            } else if (head < 0xa0) {
                entries[head] = here(LIST, head & 0x0f);
            } else if (head < 0xc0) {
                entries[head] = here(TEXT, head & 0x1f);
            } else if (head >= 0xe0) {
                entries[head] = here(SIGNED, head);
            }
        }
        entries[0xc0] = here(NULL, 0);
        entries[0xc2] = here(BOOLEAN, 0);
        entries[0xc3] = here(BOOLEAN, 0);
        entries[0xca] = behind(FLOAT, 4);
        entries[0xcb] = behind(FLOAT, 8);
        for (int power = 0; power < 4; power++) {
            entries[0xcc + power] = behind(UNSIGNED, 1 << power);
            entries[0xd0 + power] = behind(SIGNED, 1 << power);
        }
        for (int power = 0; power < 3; power++) {
            entries[0xc4 + power] = behind(BINARY, 1 << power);
            entries[0xd9 + power] = behind(TEXT, 1 << power);
        }
        for (int power = 1; power < 3; power++) {
            entries[0xdc + power - 1] = behind(LIST, 1 << power);
            entries[0xde + power - 1] = behind(DICT, 1 << power);
        }
        return entries;
    }

    private static int[] cbor() {
        int[] entries = new int[256];
        int[] forms = {UNSIGNED, COMPLEMENT, BINARY, TEXT, LIST, DICT};
        for (int major = 0; major < forms.length; major++) {
            for (int info = 0; info < 28; info++) {
                entries[major << 5 | info] =
                        info < 24 ? here(forms[major], info) : behind(forms[major], 1 << (info - 24));
            }
        }
        entries[0xf4] = here(BOOLEAN, 0);
        entries[0xf5] = here(BOOLEAN, 0);
        entries[0xf6] = here(NULL, 0);
        entries[0xf7] = here(NULL, 0);
        entries[0xf9] = behind(FLOAT, 2);
        entries[0xfa] = behind(FLOAT, 4);
        entries[0xfb] = behind(FLOAT, 8);
        return entries;
    }

    /** Checks the message that the tokens are set to: whether it is right, or else only the long way can tell. */
    boolean message() {
        byte[] bytes = tokens.bytes;
        int at = tokens.start;
        int entry = at < tokens.end ? entries[bytes[at] & 0xff] : OTHER;
        if (entry >>> FORM != LIST) {
            return false;
        }
        int size = entry & NUMBER;
        at++;
        // No message has so many elements that their number stands behind.
        if ((entry & BEHIND) != 0 || size > tokens.end - at) {
            return false;
        }
        values = 1;
        for (int element = 0; element < size; element++) {
            int start = at;
            at = value(bytes, start, 1);
            if (at == LEFT) {
                return false;
            }
            check.add(kind(bytes[start]), start, at, fact);
        }
        return at == tokens.end;
    }

    @SuppressWarnings("NullAway") // what has a form has a kind
    private Kind kind(byte head) {
        return KINDS[entries[head & 0xff] >>> FORM];
    }

    /** The position behind the value that starts here, so many levels deep. */
    private int value(byte[] bytes, int from, int depth) {
        if (from >= tokens.end || ++values > RawCheck.MAX_ITEMS) {
            return LEFT;
        }
        int entry = entries[bytes[from] & 0xff];
        int at = from + 1;
        int octets = 1;
        long number = entry & NUMBER;
        if ((entry & BEHIND) != 0) {
            octets = (int) number;
            if (octets > tokens.end - at) {
                return LEFT;
            }
            number = TokenReader.bigEndian(bytes, at, octets);
            at += octets;
        }
        switch (entry >>> FORM) {
            case OTHER -> at = LEFT;
            case UNSIGNED -> {
                fact = number;
                at = number < 0 ? LEFT : at;
            }
            case SIGNED -> {
                int unused = Long.SIZE - Byte.SIZE * octets;
                fact = number << unused >> unused;
            }
            case COMPLEMENT -> {
                fact = ~number;
                at = number < 0 ? LEFT : at;
            }
            case TEXT -> {
                int start = at;
                at = content(start, number, true);
                fact = (long) start << Integer.SIZE | at;
            }
            case BINARY -> {
                at = content(at, number, false);
                fact = 0;
            }
            case LIST -> {
                at = list(bytes, at, number, depth + 1);
                fact = number;
            }
            case DICT -> {
                at = dict(bytes, at, number, depth + 1);
                fact = number;
            }
            default -> fact = 0;
        }
        return at;
    }

    private int content(int from, long length, boolean text) {
        if (length < 0 || length > tokens.end - from) {
            return LEFT;
        }
        int to = from + (int) length;
        if (text) {
            tokens.checkUtf8(from, to);
        }
        return to;
    }

    private int list(byte[] bytes, int from, long size, int depth) {
        if (size < 0 || size > tokens.end - from || depth > RawCheck.MAX_DEPTH) {
            return LEFT;
        }
        int at = from;
        for (long left = size; left > 0 && at != LEFT; left--) {
            at = value(bytes, at, depth);
        }
        return at;
    }

    private int dict(byte[] bytes, int from, long size, int depth) {
        if (size < 0 || size > (tokens.end - from) / 2 || depth > RawCheck.MAX_DEPTH) {
            return LEFT;
        }
        int firstKey = check.keyCount();
        int at = from;
        for (long left = size; left > 0; left--) {
            int key = at;
            at = key(bytes, key, size > 1);
            if (at != LEFT) {
                at = value(bytes, at, depth);
            }
            if (at == LEFT) {
                return LEFT;
            }
        }
        check.endKeys(firstKey);
        return at;
    }

    private int key(byte[] bytes, int from, boolean oneOfSeveral) {
        int entry = from < tokens.end ? entries[bytes[from] & 0xff] : OTHER;
        if (entry >>> FORM != TEXT) {
            return LEFT;
        }
        values--;
        int to = value(bytes, from, 0);
        if (to != LEFT && oneOfSeveral) {
            check.push(TokenReader.hash(bytes, (int) (fact >>> Integer.SIZE), to), from);
        }
        return to;
    }
}
