package io.bailiwick.router.store;

import java.util.UUID;

/**
 * The bytes of a key, in an order that equals the order of the values, and unambiguous when put together.
 *
 * @param <K> the type of the values
 */
public abstract class Form<K> {
    Form() {}

    /** UUIDs, 16 bytes. */
    public static Form<UUID> uuid() {
        throw new UnsupportedOperationException();
    }

    /** Text in UTF-8, of any length, without loss when followed by another component. */
    public static Form<String> text() {
        throw new UnsupportedOperationException();
    }

    /** Integers of 64 bits with sign, in numeric order. */
    public static Form<Long> integer() {
        throw new UnsupportedOperationException();
    }

    /** Two components. */
    public static <A, B> Form<Pair<A, B>> pair(Form<A> first, Form<B> second) {
        throw new UnsupportedOperationException();
    }

    /** A key of two components. */
    public record Pair<A, B>(A first, B second) {}
}
