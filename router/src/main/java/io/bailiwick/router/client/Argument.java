package io.bailiwick.router.client;

import io.bailiwick.router.message.Uris;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An argument of a procedure. */
final class Argument {
    private final List<String> names;
    private final Parameter parameter;
    /** Read when it is first needed: what is written of a type takes the longest to read. */
    private volatile @Nullable Form form;

    private record Form(Type type, boolean optional) {}

    private Argument(List<String> names, Parameter parameter) {
        this.names = names;
        this.parameter = parameter;
    }

    static Argument of(Parameter parameter) {
        if (!parameter.isNamePresent()) {
            throw new IllegalArgumentException(
                    parameter.getDeclaringExecutable() + ": expected parameter names, but it was compiled without");
        }
        List<String> names = new ArrayList<>();
        names.add(snakeCase(parameter.getName()));
        Named more = parameter.getAnnotation(Named.class);
        if (more != null) {
            names.addAll(Arrays.asList(more.value()));
        }
        return new Argument(List.copyOf(names), parameter);
    }

    private Form form() {
        Form known = form;
        if (known == null) {
            // Two threads may make one each; they are the same.
            boolean optional = parameter.getAnnotatedType().isAnnotationPresent(Nullable.class);
            known = new Form(parameter.getParameterizedType(), optional);
            form = known;
        }
        return known;
    }

    /** The keywords it is known by, its own first. */
    List<String> names() {
        return names;
    }

    /** The Java type. */
    Type type() {
        return form().type();
    }

    /** Whether it may be absent or null. */
    boolean optional() {
        return form().optional();
    }

    private static String snakeCase(String name) {
        StringBuilder snake = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            boolean begins = i > 0
                    && Character.isUpperCase(name.charAt(i))
                    && !Character.isUpperCase(name.charAt(i - 1))
                    && name.charAt(i - 1) != '_';
            snake.append(begins ? "_" : "").append(Character.toLowerCase(name.charAt(i)));
        }
        return snake.toString();
    }

    /** The keyword it is first known by. */
    String name() {
        return names.get(0);
    }

    /** Takes the value out of the keywords, under whatever name it stands there; null when it is not there. */
    @Nullable
    Given takeFrom(Map<String, @Nullable Object> keywords) {
        Given given = null;
        for (String name : names) {
            if (keywords.containsKey(name)) {
                if (given != null) {
                    throw invalid(
                            "argument '" + name() + "' came twice: as '" + given.name() + "' and as '" + name + "'");
                }
                given = new Given(name, keywords.remove(name));
            }
        }
        return given;
    }

    /** The value for the method. */
    @Nullable
    Object convert(@Nullable Given given) {
        if (given == null || given.value() == null) {
            if (optional()) {
                return null;
            }
            String expected =
                    "argument '" + name() + "': expected " + Values.withArticle(Values.name(Values.type(type())));
            throw invalid(expected + (given == null ? ", but none came" : ", but found null"));
        }
        try {
            return Values.convert(given.name(), given.value(), type());
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    static ApplicationError invalid(String text) {
        return new ApplicationError(Uris.INVALID_ARGUMENT, text);
    }

    /**
     * A value as it came.
     *
     * @param name the name it came by
     */
    record Given(String name, @Nullable Object value) {}
}
