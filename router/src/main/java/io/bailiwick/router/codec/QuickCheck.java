package io.bailiwick.router.codec;

import io.bailiwick.router.codec.TokenReader.Kind;
import io.bailiwick.router.message.Format;
import java.util.Arrays;
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

    // What an entry of the table is: up to 9 the octets of a whole scalar value, above it the form of what is longer.
    private static final int OTHER = 0;
    private static final int LONGEST_SCALAR = 9;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int LIST = 3;
    private static final int DICT = 4;

    /** The lowest bits of a form's entry: how long it is, or in how many octets behind the first that stands. */
    private static final int NUMBER = 0xff;
    /** Set where the number stands behind the first octet. */
    private static final int BEHIND = 0x100;
    /** Above which the form stands. */
    private static final int FORM = 9;

    private static final Table MSGPACK = msgPack();
    private static final Table CBOR = cbor();

    private final int[] entries;
    private final Kind[] kinds;
    private final boolean cbor;
    private final TokenReader tokens;
    private final RawCheck check;

    private int values;
    /** Of the text, list or dictionary that was passed last, or the integer that was noted, what {@link RawCheck#fact} tells. */
    private long fact;

    private QuickCheck(Table table, TokenReader tokens, RawCheck check) {
        this.entries = table.entries;
        this.kinds = table.kinds;
        this.cbor = table == CBOR;
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

    /** What each first octet begins. */
    private static final class Table {
        private final int[] entries = new int[256];
        private final Kind[] kinds = new Kind[256];

        Table() {
            Arrays.fill(kinds, Kind.NULL);
        }

        void scalar(int head, Kind kind, int octetsBehind) {
            entries[head] = 1 + octetsBehind;
            kinds[head] = kind;
        }

        void here(int head, int form, int number) {
            entries[head] = form << FORM | number;
            kinds[head] = kind(form);
        }

        void behind(int head, int form, int octets) {
            here(head, form, BEHIND | octets);
        }

        private static Kind kind(int form) {
            return form == TEXT ? Kind.TEXT : form == BINARY ? Kind.BINARY : form == LIST ? Kind.LIST : Kind.DICT;
        }
    }

    private static Table msgPack() {
        Table table = new Table();
        for (int head = 0; head < 0x80; head++) {
            table.scalar(head, Kind.INTEGER, 0);
        }
        for (int head = 0xe0; head < 0x100; head++) {
            table.scalar(head, Kind.INTEGER, 0);
        }
        for (int number = 0; number < 16; number++) {
            table.here(0x80 | number, DICT, number);
            table.here(0x90 | number, LIST, number);
        }
        for (int number = 0; number < 32; number++) {
            table.here(0xa0 | number, TEXT, number);
        }
        table.scalar(0xc0, Kind.NULL, 0);
        table.scalar(0xc2, Kind.BOOLEAN, 0);
        table.scalar(0xc3, Kind.BOOLEAN, 0);
        table.scalar(0xca, Kind.FLOAT, 4);
        table.scalar(0xcb, Kind.FLOAT, 8);
        for (int power = 0; power < 4; power++) {
            table.scalar(0xcc + power, Kind.INTEGER, 1 << power);
            table.scalar(0xd0 + power, Kind.INTEGER, 1 << power);
        }
        for (int power = 0; power < 3; power++) {
            table.behind(0xc4 + power, BINARY, 1 << power);
            table.behind(0xd9 + power, TEXT, 1 << power);
        }
        for (int power = 0; power < 2; power++) {
            table.behind(0xdc + power, LIST, 2 << power);
            table.behind(0xde + power, DICT, 2 << power);
        }
        return table;
    }

    private static Table cbor() {
        Table table = new Table();
        int[] forms = {BINARY, TEXT, LIST, DICT};
        for (int info = 0; info < 28; info++) {
            int behind = info < 24 ? 0 : 1 << (info - 24);
            table.scalar(info, Kind.INTEGER, behind);
            table.scalar(0x20 | info, Kind.INTEGER, behind);
            for (int i = 0; i < forms.length; i++) {
                table.here((i + 2) << 5 | info, forms[i], behind == 0 ? info : BEHIND | behind);
            }
        }
        table.scalar(0xf4, Kind.BOOLEAN, 0);
        table.scalar(0xf5, Kind.BOOLEAN, 0);
        table.scalar(0xf6, Kind.NULL, 0);
        table.scalar(0xf7, Kind.NULL, 0);
        table.scalar(0xf9, Kind.FLOAT, 2);
        table.scalar(0xfa, Kind.FLOAT, 4);
        table.scalar(0xfb, Kind.FLOAT, 8);
        return table;
    }

    /** Checks the message that the tokens are set to: whether it is right, or else only the long way can tell. */
    boolean message() {
        byte[] bytes = tokens.bytes;
        int end = tokens.end;
        int at = tokens.start;
        int entry = at < end ? entries[bytes[at] & 0xff] : OTHER;
        int size = entry & NUMBER;
        at++;
        // No message has so many elements that their number stands behind.
        if (entry >>> FORM != LIST || (entry & BEHIND) != 0 || size > end - at) {
            return false;
        }
        values = 1;
        for (int element = 0; element < size; element++) {
            int start = at;
            at = value(bytes, start, end, 1);
            if (at == LEFT) {
                return false;
            }
            Kind kind = kinds[bytes[start] & 0xff];
            if (kind == Kind.INTEGER && !isInteger(bytes, start, at - start - 1)) {
                return false;
            }
            check.add(kind, start, at, fact);
        }
        return at == end;
    }

    /** The position behind the value that starts here, so many levels deep. */
    private int value(byte[] bytes, int from, int end, int depth) {
        if (from >= end || ++values > RawCheck.MAX_ITEMS) {
            return LEFT;
        }
        int entry = entries[bytes[from] & 0xff];
        if (entry > LONGEST_SCALAR) {
            return compound(bytes, entry, from + 1, end, depth);
        }
        return entry != OTHER && entry <= end - from ? from + entry : LEFT;
    }

    private int compound(byte[] bytes, int entry, int from, int end, int depth) {
        int at = from;
        long number = entry & NUMBER;
        if ((entry & BEHIND) != 0) {
            int octets = (int) number;
            if (octets > end - at) {
                return LEFT;
            }
            number = TokenReader.bigEndian(bytes, at, octets);
            at += octets;
        }
        if (number < 0 || number > end - at) {
            return LEFT;
        }
        int count = (int) number;
        int form = entry >>> FORM;
        if (form == TEXT) {
            int to = at + count;
            tokens.checkUtf8(at, to);
            fact = (long) at << Integer.SIZE | to;
            return to;
        } else if (form == BINARY) {
            fact = 0;
            return at + count;
        } else if (depth == RawCheck.MAX_DEPTH) {
            return LEFT;
        }
        int to = form == LIST ? list(bytes, at, end, count, depth + 1) : dict(bytes, at, end, count, depth + 1);
        fact = count;
        return to;
    }

    private int list(byte[] bytes, int from, int end, int size, int depth) {
        int at = from;
        for (int left = size; left > 0 && at != LEFT; left--) {
            at = value(bytes, at, end, depth);
        }
        return at;
    }

    private int dict(byte[] bytes, int from, int end, int size, int depth) {
        if (size > (end - from) / 2) {
            return LEFT;
        }
        int firstKey = check.keyCount();
        int at = from;
        for (int left = size; left > 0; left--) {
            at = key(bytes, at, end, size > 1);
            if (at != LEFT) {
                at = value(bytes, at, end, depth);
            }
            if (at == LEFT) {
                return LEFT;
            }
        }
        check.endKeys(firstKey);
        return at;
    }

    private int key(byte[] bytes, int from, int end, boolean oneOfSeveral) {
        int entry = from < end ? entries[bytes[from] & 0xff] : OTHER;
        if (entry >>> FORM != TEXT) {
            return LEFT;
        }
        int to = compound(bytes, entry, from + 1, end, 0);
        if (to != LEFT && oneOfSeveral) {
            check.push(RawCheck.hash(bytes, (int) (fact >>> Integer.SIZE), to), from);
        }
        return to;
    }

    /** Whether the integer that starts here is one of 63 bits and a sign, which is noted then. */
    private boolean isInteger(byte[] bytes, int from, int octets) {
        int head = bytes[from] & 0xff;
        int info = cbor ? head & 0x1f : head;
        long number = octets == 0 ? info : TokenReader.bigEndian(bytes, from + 1, octets);
        if (cbor) {
            fact = head >= 0x20 ? ~number : number;
            return number >= 0;
        }
        if (octets == 0) {
            fact = (byte) head;
            return true;
        }
        boolean signed = head >= 0xd0;
        int unused = Long.SIZE - Byte.SIZE * octets;
        fact = signed ? number << unused >> unused : number;
        return signed || number >= 0;
    }
}
