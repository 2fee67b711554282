package io.bailiwick.router.store;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * The bytes of a key, in an order that equals the order of the values, and unambiguous when put together: every
 * component says by itself where it ends, so no two different keys have the same bytes.
 *
 * <table>
 * <caption>Components</caption>
 * <tr><th>component</th><th>bytes</th><th>order</th></tr>
 * <tr><td>uuid</td><td>16, most significant first</td><td>of the text of the UUID</td></tr>
 * <tr><td>text</td><td>UTF-8, each 00 followed by FF, then 00 01</td><td>of the code points</td></tr>
 * <tr><td>integer</td><td>8, most significant first, sign bit flipped</td><td>numeric</td></tr>
 * </table>
 *
 * <p>The bytes are part of the format of a store: they may never change. A key has at most {@value #MAX_BYTES} of them.
 *
 * @param <K> the type of the values
 */
public abstract class Form<K> {
    /** The longest key, in bytes. */
    static final int MAX_BYTES = 2048;

    /** As long as most keys are at most: a public key as text has 66 bytes. */
    private static final int USUAL_BYTES = 96;

    private final List<Component> components;

    private Form(List<Component> components) {
        this.components = List.copyOf(components);
    }

    /** UUIDs, 16 bytes. */
    public static Form<UUID> uuid() {
        return new Single<>(Component.UUID, UUID.class);
    }

    /** Text in UTF-8, of any length, without loss when followed by another component. */
    public static Form<String> text() {
        return new Single<>(Component.TEXT, String.class);
    }

    /** Integers of 64 bits with sign, in numeric order. */
    public static Form<Long> integer() {
        return new Single<>(Component.INTEGER, Long.class);
    }

    /** Two components. A component may be a pair itself. */
    public static <A, B> Form<Pair<A, B>> pair(Form<A> first, Form<B> second) {
        return new Form<>(joined(List.of(first, second))) {
            @Override
            void flatten(Pair<A, B> key, List<Object> into) {
                first.flatten(key.first(), into);
                second.flatten(key.second(), into);
            }

            @Override
            Pair<A, B> build(Iterator<?> values) {
                return new Pair<>(first.build(values), second.build(values));
            }
        };
    }

    /** Three components. */
    public static <A, B, C> Form<Triple<A, B, C>> triple(Form<A> first, Form<B> second, Form<C> third) {
        return new Form<>(joined(List.of(first, second, third))) {
            @Override
            void flatten(Triple<A, B, C> key, List<Object> into) {
                first.flatten(key.first(), into);
                second.flatten(key.second(), into);
                third.flatten(key.third(), into);
            }

            @Override
            Triple<A, B, C> build(Iterator<?> values) {
                return new Triple<>(first.build(values), second.build(values), third.build(values));
            }
        };
    }

    /** A key of two components. */
    public record Pair<A, B>(A first, B second) {}

    /** A key of three components. */
    public record Triple<A, B, C>(A first, B second, C third) {}

    abstract void flatten(K key, List<Object> into);

    abstract K build(Iterator<?> values);

    /** What the key is made of, in order. */
    final List<Component> components() {
        return components;
    }

    /** The bytes of a key. @throws IllegalArgumentException when it is too long, or text that has no UTF-8 */
    final byte[] bytes(K key) {
        List<Object> values = new ArrayList<>(components.size());
        flatten(key, values);
        return bytes(components, values);
    }

    /** The key of these bytes. @throws IllegalArgumentException when they are not the bytes of a key of this form */
    final K key(byte[] bytes) {
        return build(values(components, bytes).iterator());
    }

    static byte[] bytes(List<Component> components, List<Object> values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(USUAL_BYTES);
        for (int i = 0; i < components.size(); i++) {
            components.get(i).write(values.get(i), out);
        }
        if (out.size() > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "expected a key of at most " + MAX_BYTES + " bytes, but came " + out.size());
        }
        return out.toByteArray();
    }

    static List<Object> values(List<Component> components, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        List<Object> values = new ArrayList<>(components.size());
        try {
            for (Component component : components) {
                values.add(component.read(in));
            }
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("expected a key of " + components + ", but it ends early", e);
        }
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(
                    "expected a key of " + components + ", but found " + in.remaining() + " bytes more");
        }
        return values;
    }

    private static List<Component> joined(List<Form<?>> forms) {
        return forms.stream().flatMap(form -> form.components.stream()).toList();
    }

    /** One component of a key, known by its name in the description of a store. */
    enum Component {
        UUID {
            @Override
            void write(Object value, ByteArrayOutputStream out) {
                java.util.UUID uuid = (java.util.UUID) value;
                out.writeBytes(ByteBuffer.allocate(16)
                        .putLong(uuid.getMostSignificantBits())
                        .putLong(uuid.getLeastSignificantBits())
                        .array());
            }

            @Override
            Object read(ByteBuffer in) {
                return new java.util.UUID(in.getLong(), in.getLong());
            }
        },
        TEXT {
            @Override
            void write(Object value, ByteArrayOutputStream out) {
                byte[] utf8 = utf8((String) value);
                int from = 0;
                for (int i = 0; i < utf8.length; i++) {
                    if (utf8[i] == 0) {
                        out.write(utf8, from, i + 1 - from);
                        out.write(ESCAPED);
                        from = i + 1;
                    }
                }
                out.write(utf8, from, utf8.length - from);
                out.write(0);
                out.write(END);
            }

            @Override
            Object read(ByteBuffer in) {
                ByteArrayOutputStream utf8 = new ByteArrayOutputStream();
                while (true) {
                    byte b = in.get();
                    if (b == 0) {
                        int next = in.get() & 0xFF;
                        if (next == END) {
                            return text(utf8.toByteArray());
                        }
                        if (next != ESCAPED) {
                            throw new IllegalArgumentException("expected 01 or FF after 00, but found " + next);
                        }
                    }
                    utf8.write(b);
                }
            }
        },
        INTEGER {
            @Override
            void write(Object value, ByteArrayOutputStream out) {
                out.writeBytes(ByteBuffer.allocate(Long.BYTES)
                        .putLong((Long) value ^ Long.MIN_VALUE)
                        .array());
            }

            @Override
            Object read(ByteBuffer in) {
                return in.getLong() ^ Long.MIN_VALUE;
            }
        };

        private static final int ESCAPED = 0xFF;
        private static final int END = 1;

        abstract void write(Object value, ByteArrayOutputStream out);

        abstract Object read(ByteBuffer in);

        /** The name in descriptions: {@code uuid}, {@code text}, {@code integer}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        // A lone surrogate has no UTF-8: replacing it, as String.getBytes does, would give two texts the same key. What
        // it
        // puts there is a question mark; where none stands, none was replaced.
        private static byte[] utf8(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            for (byte b : utf8) {
                if (b == '?') {
                    requireUtf8(text);
                    return utf8;
                }
            }
            return utf8;
        }

        private static void requireUtf8(String text) {
            try {
                StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            } catch (CharacterCodingException e) {
                throw new IllegalArgumentException("expected text that has UTF-8, but came a lone surrogate", e);
            }
        }

        private static String text(byte[] utf8) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(utf8))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new IllegalArgumentException("expected UTF-8 in a key, but found other bytes", e);
            }
        }
    }

    private static final class Single<K> extends Form<K> {
        private final Class<K> type;

        Single(Component component, Class<K> type) {
            super(List.of(component));
            this.type = type;
        }

        @Override
        void flatten(K key, List<Object> into) {
            into.add(key);
        }

        @Override
        K build(Iterator<?> values) {
            return type.cast(values.next());
        }
    }
}
