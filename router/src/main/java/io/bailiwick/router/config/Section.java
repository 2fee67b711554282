package io.bailiwick.router.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A mapping in the file. What is wrong with one value becomes a fault of the {@link Reading}, and the value that stands for a
 * missing one takes its place, so that the other values are looked at too.
 */
public final class Section {
    /** Makes something of a mapping. */
    @FunctionalInterface
    public interface Form<T> {
        /**
         * Reads it.
         *
         * @throws InvalidOptionsException when there is nothing that could be made of it
         * @throws IllegalArgumentException when its values do not fit together
         */
        T of(Section section) throws InvalidOptionsException;
    }

    /** Makes something of one value. */
    @FunctionalInterface
    public interface Value<T> {
        /** Reads it. */
        T of(YamlNode node) throws InvalidOptionsException;
    }

    private final YamlNode node;
    private final Reading reading;
    /** What holds where this section says nothing; null for none. */
    private final @Nullable Section behind;

    private Set<String> known = Set.of();

    Section(YamlNode node, Reading reading, @Nullable Section behind) {
        this.node = node;
        this.reading = reading;
        this.behind = behind;
    }

    /** Reads a mapping as a whole; empty when nothing can be made of it, which is a fault then. */
    public static <T> Optional<T> read(YamlNode node, Reading reading, Form<? extends T> form) {
        return new Section(node, reading, null).as(form);
    }

    /** Reads this section; empty when nothing can be made of it, which is a fault then. */
    public <T> Optional<T> as(Form<? extends T> form) {
        try {
            return Optional.of(form.of(this));
        } catch (InvalidOptionsException wrong) {
            reading.fault(wrong);
        } catch (IllegalArgumentException unfit) {
            reading.fault(unfit(node, unfit));
        }
        return Optional.empty();
    }

    private static InvalidOptionsException unfit(YamlNode node, IllegalArgumentException unfit) {
        return node.wrong("values that fit together", "others: " + unfit.getMessage());
    }

    /** This section, with another one that holds where it says nothing. */
    public Section over(Section other) {
        return new Section(node, reading, other);
    }

    /** The names that may stand here; each other one is a fault. */
    public void only(String... names) throws InvalidOptionsException {
        known = Set.of(names);
        node.strangers(known).forEach(reading::fault);
    }

    /** The reading of the file that this stands in. */
    public Reading reading() {
        return reading;
    }

    /** The mapping itself, for its place. */
    public YamlNode node() {
        return node;
    }

    /** The value of a name; empty when there is none. */
    public Optional<YamlNode> get(String name) throws InvalidOptionsException {
        if (!known.isEmpty() && !known.contains(name)) {
            throw new IllegalStateException("expected one of " + known + ", but found " + name);
        }
        Optional<YamlNode> own = node.get(name);
        return own.isEmpty() && behind != null ? behind.node.get(name) : own;
    }

    /** The value of a name that must be there. */
    public YamlNode required(String name) throws InvalidOptionsException {
        Optional<YamlNode> found = get(name);
        return found.isPresent() ? found.get() : node.require(name);
    }

    /** A value; when it is missing, or a fault, the other one. */
    public <T> T value(String name, Value<? extends T> value, T otherwise) throws InvalidOptionsException {
        Optional<T> found = maybe(name, value);
        return found.orElse(otherwise);
    }

    /** A value; empty when it is missing, or a fault. */
    public <T> Optional<T> maybe(String name, Value<? extends T> value) throws InvalidOptionsException {
        Optional<YamlNode> found = get(name);
        return found.isEmpty() ? Optional.empty() : attempt(found.get(), value);
    }

    private <T> Optional<T> attempt(YamlNode found, Value<? extends T> value) {
        try {
            return Optional.of(value.of(found));
        } catch (InvalidOptionsException wrong) {
            reading.fault(wrong);
        } catch (IllegalArgumentException unfit) {
            reading.fault(unfit(found, unfit));
        }
        return Optional.empty();
    }

    /** A text. */
    public String text(String name, String otherwise) throws InvalidOptionsException {
        return value(name, YamlNode::text, otherwise);
    }

    /** A truth value. */
    public boolean flag(String name, boolean otherwise) throws InvalidOptionsException {
        return value(name, YamlNode::flag, otherwise);
    }

    /** A whole number that is not less than this. */
    public int number(String name, int least, int otherwise) throws InvalidOptionsException {
        return value(name, found -> found.number(least, Integer.MAX_VALUE), otherwise);
    }

    /** As {@link #number}, for those that may be large. */
    public long count(String name, long least, long otherwise) throws InvalidOptionsException {
        return value(name, found -> found.count(least, Long.MAX_VALUE), otherwise);
    }

    /** A time in milliseconds. */
    public Duration millis(String name, Duration otherwise) throws InvalidOptionsException {
        return value(name, found -> Duration.ofMillis(found.number(0, Integer.MAX_VALUE)), otherwise);
    }

    /** A time in seconds. */
    public Duration seconds(String name, Duration otherwise) throws InvalidOptionsException {
        return value(name, found -> Duration.ofSeconds(found.count(1, 100L * 365 * 24 * 3600)), otherwise);
    }

    /** One of the constants of an enum, in lower case. */
    public <E extends Enum<E>> E choice(String name, E otherwise) throws InvalidOptionsException {
        return value(name, found -> choice(found, otherwise.getDeclaringClass()), otherwise);
    }

    /** As {@link #choice(String, Enum)}, for a value by itself. */
    public static <E extends Enum<E>> E choice(YamlNode node, Class<E> type) throws InvalidOptionsException {
        String text = node.text();
        for (E each : type.getEnumConstants()) {
            if (word(each).equals(text)) {
                return each;
            }
        }
        String words = Arrays.stream(type.getEnumConstants()).map(Section::word).collect(Collectors.joining(", "));
        throw node.wrong("one of " + words, "\"" + text + "\"");
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** A path, relative to the directory of the file. */
    public Optional<Path> path(String name) throws InvalidOptionsException {
        return maybe(name, reading::path);
    }

    /** A section in this one; empty when it is missing, or nothing can be made of it. */
    public <T> Optional<T> section(String name, Form<? extends T> form) throws InvalidOptionsException {
        Optional<YamlNode> found = get(name);
        return found.isEmpty() ? Optional.empty() : read(found.get(), reading, form);
    }

    /** A list of sections; those of which nothing can be made are left out, and are faults. */
    public <T> List<T> sections(String name, Form<? extends T> form) throws InvalidOptionsException {
        List<T> all = new ArrayList<>();
        for (YamlNode item : items(name)) {
            Section.<T>read(item, reading, form).ifPresent(all::add);
        }
        return all;
    }

    /** A list of values; those that are wrong are left out, and are faults. */
    public <T> List<T> values(String name, Value<? extends T> value) throws InvalidOptionsException {
        List<T> all = new ArrayList<>();
        for (YamlNode item : items(name)) {
            this.<T>attempt(item, value).ifPresent(all::add);
        }
        return all;
    }

    /** The items of a list; none when it is missing. */
    public List<YamlNode> items(String name) throws InvalidOptionsException {
        return value(name, YamlNode::items, List.of());
    }
}
