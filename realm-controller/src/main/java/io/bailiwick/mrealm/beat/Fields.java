package io.bailiwick.mrealm.beat;

import io.bailiwick.router.codec.TokenReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one dictionary of a heartbeat: what each must be, and which figure it is. They are found by the octets of
 * their names, without a string being made.
 */
final class Fields {
    /** Stands for no figure. */
    static final int NONE = -1;

    /** A power of two. */
    private static final int PLACES = 1 << 7;

    private static final int LAST = PLACES - 1;

    /** What the value of an entry must be. */
    enum Rule {
        /** An integer of at least 0. */
        NATURAL,
        /** Seconds, a day at most. */
        PERIOD,
        /** 0, 1 or 2. */
        STATE,
        /** The type of a worker. */
        TYPE,
        /** How many workers of a type there are. */
        WORKERS,
        /** An integer; a float is cut. */
        COUNTER,
        /** Any number. */
        DECIMAL,
        /** A dictionary. */
        DICTIONARY
    }

    /** One entry. */
    static final class Field {
        final String name;
        final Rule rule;
        /** The figure that it is; of a dictionary the one that says that it is there, or {@link #NONE}. */
        final int figure;
        /** What of the figures it may set, besides: from the first to before the end. */
        final int first;

        final int end;
        /** The entries of a dictionary; of others none. */
        final @Nullable Fields inside;

        private final byte[] octets;
        private final int hash;
        /** The one that was found behind it when it was not where it was expected. Any thread may have set it: it is a guess. */
        private @Nullable Field next;

        Field(String name, Rule rule, int figure, int first, int end, @Nullable Fields inside) {
            this.name = name;
            this.rule = rule;
            this.figure = figure;
            this.first = first;
            this.end = end;
            this.inside = inside;
            this.octets = name.getBytes(StandardCharsets.UTF_8);
            this.hash = Arrays.hashCode(octets);
        }
    }

    /** Where the dictionary stands, for violations. */
    final String place;

    private final boolean anyCase;
    private final @Nullable Field[] places = new Field[PLACES];
    /** The one that was found first. */
    private @Nullable Field first;

    /** Those of a dictionary at this place, none so far. */
    Fields(String place) {
        this(place, false);
    }

    /**
     * As above.
     *
     * @param anyCase whether the case of a name does not matter: then all of them are to be in lower case here
     */
    Fields(String place, boolean anyCase) {
        this.place = place;
        this.anyCase = anyCase;
    }

    /** One more: a figure. */
    Fields with(String name, Rule rule, int figure) {
        return with(new Field(name, rule, figure, Math.max(0, figure), figure + 1, null));
    }

    /** More of them: figures that stand side by side, in this order; counters and decimals. */
    Fields with(int first, long decimals, String... names) {
        for (int i = 0; i < names.length; i++) {
            boolean decimal = (decimals >>> (first + i) & 1) != 0;
            with(names[i], decimal ? Rule.DECIMAL : Rule.COUNTER, first + i);
        }
        return this;
    }

    /**
     * One more: a dictionary.
     *
     * @param mark the figure that says that it is there, or {@link #NONE}
     * @param first the first of its figures
     * @param end the figure behind the last of them
     */
    Fields with(String name, int mark, int first, int end, Fields inside) {
        return with(new Field(name, Rule.DICTIONARY, mark, first, end, inside));
    }

    private Fields with(Field field) {
        int at = field.hash & LAST;
        while (places[at] != null) {
            at = (at + 1) & LAST;
        }
        places[at] = field;
        return this;
    }

    /**
     * The entry whose key was just read, in what is read many times: it is looked for where it was the last time.
     *
     * @param before the entry before it in the same dictionary; null when there was none
     */
    @Nullable
    Field find(TokenReader key, @Nullable Field before) {
        Field guess = guessed(key, before);
        if (guess != null) {
            return guess;
        }
        Field found = find(key);
        if (found == null) {
            return null;
        }
        if (before == null) {
            first = found;
        } else {
            before.next = found;
        }
        return found;
    }

    /** The entry whose key was just read, if it stands where it did the last time; null otherwise. */
    @Nullable
    Field guessed(TokenReader key, @Nullable Field before) {
        Field guess = before == null ? first : before.next;
        return guess != null && key.hasContent(guess.octets) ? guess : null;
    }

    /** The entry whose key was just read; null when it is none of these. */
    @Nullable
    Field find(TokenReader key) {
        if (anyCase) {
            byte[] lower = key.text().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
            int hash = Arrays.hashCode(lower);
            for (int at = hash & LAST; ; at = (at + 1) & LAST) {
                Field field = places[at];
                if (field == null || (field.hash == hash && Arrays.equals(field.octets, lower))) {
                    return field;
                }
            }
        }
        int hash = key.contentHash();
        for (int at = hash & LAST; ; at = (at + 1) & LAST) {
            Field field = places[at];
            if (field == null || (field.hash == hash && key.hasContent(field.octets))) {
                return field;
            }
        }
    }
}
