package io.bailiwick.router.client;

import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.codec.Arguments;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A method marked {@link Procedure}: reads the arguments of an invocation, runs, and gives the result back. */
final class ProcedureMethod {
    /** Made for the first URI that has one. */
    private static final class Parts {
        static final Pattern PART = Pattern.compile("\\{([a-z_]+)}");
    }

    private final Method method;
    private final Procedure marked;
    private final String uri;
    private final List<Argument> arguments;

    private ProcedureMethod(Method method, Procedure marked) {
        if (Modifier.isPrivate(method.getModifiers()) || Modifier.isStatic(method.getModifiers())) {
            throw new IllegalArgumentException(
                    method + ": expected a method that is neither private nor static, for it is a procedure");
        }
        this.method = method;
        this.marked = marked;
        this.uri = marked.value();
        this.arguments = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Parameter parameter : method.getParameters()) {
            if (parameter.getType() != Invocation.class) {
                Argument argument = Argument.of(parameter);
                for (String name : argument.names()) {
                    if (!names.add(name)) {
                        throw new IllegalArgumentException(
                                method + ": expected one argument of the name '" + name + "', but found two");
                    }
                }
                arguments.add(argument);
            }
        }
    }

    /** The marked methods of a class and of those it extends, by URI. */
    static List<ProcedureMethod> of(Class<?> group) {
        List<ProcedureMethod> methods = new ArrayList<>();
        for (Class<?> type = group; type != null && type != Object.class; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                Procedure marked = method.getAnnotation(Procedure.class);
                if (marked != null && !method.isBridge()) {
                    methods.add(new ProcedureMethod(method, marked));
                }
            }
        }
        methods.sort(Comparator.comparing(ProcedureMethod::uri));
        return methods;
    }

    /** The URI as it stands in the source, with its {@code {name}} parts. */
    String uri() {
        return uri;
    }

    /**
     * The URI with its parts filled in.
     *
     * @throws IllegalArgumentException when a part has no value
     */
    String uri(Map<String, String> parts) {
        if (uri.indexOf('{') < 0) {
            return uri;
        }
        Matcher part = Parts.PART.matcher(uri);
        return part.replaceAll(found -> {
            String value = parts.get(found.group(1));
            if (value == null) {
                throw new IllegalArgumentException(
                        uri() + ": expected a value for '" + found.group(1) + "', but found only " + parts.keySet());
            }
            return Matcher.quoteReplacement(value);
        });
    }

    /** The method itself. */
    Method method() {
        return method;
    }

    /** This procedure in the catalogue. */
    Procedures.Entry entry() {
        List<Procedures.Entry.Parameter> described = arguments.stream()
                .map(argument -> new Procedures.Entry.Parameter(
                        argument.name(),
                        argument.names().subList(1, argument.names().size()),
                        Values.name(Values.type(argument.type())),
                        argument.optional()))
                .toList();
        return new Procedures.Entry(uri(), described, marked.does(), method.getDeclaringClass());
    }

    /** Answers an invocation with a method of the group; throws the {@link ApplicationError} by which it is refused at once. */
    CompletionStage<Arguments> run(Object group, Invocation invocation) {
        Object result;
        try {
            method.setAccessible(true);
            result = method.invoke(group, values(invocation));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof ApplicationError refusal) {
                throw refusal;
            }
            return CompletableFuture.failedFuture(e.getCause() == null ? e : e.getCause());
        } catch (IllegalAccessException e) {
            return CompletableFuture.failedFuture(e);
        }
        return result instanceof CompletionStage<?> stage
                ? stage.thenApply(ProcedureMethod::asArguments)
                : CompletableFuture.completedFuture(asArguments(result));
    }

    private static Arguments asArguments(@Nullable Object result) {
        return result instanceof Arguments whole ? whole : Arguments.of(new @Nullable Object[] {Values.plain(result)});
    }

    private @Nullable Object[] values(Invocation invocation) {
        Map<String, @Nullable Object> keywords =
                new LinkedHashMap<>(invocation.arguments().map());
        List<@Nullable Object> positional = invocation.arguments().list();
        if (positional.size() > arguments.size()) {
            throw Argument.invalid("expected " + described() + ", but " + positional.size() + " came by position");
        }
        @Nullable Object[] values = new @Nullable Object[method.getParameterCount()];
        int position = 0;
        Class<?>[] types = method.getParameterTypes();
        for (int i = 0; i < types.length; i++) {
            if (types[i] == Invocation.class) {
                values[i] = invocation;
                continue;
            }
            Argument argument = arguments.get(position);
            Argument.Given byName = argument.takeFrom(keywords);
            Argument.Given given = byName;
            if (position < positional.size()) {
                if (byName != null) {
                    throw Argument.invalid("argument '" + byName.name() + "' came twice: by position and by keyword");
                }
                given = new Argument.Given(argument.name(), positional.get(position));
            }
            values[i] = argument.convert(given);
            position++;
        }
        if (!keywords.isEmpty()) {
            String unknown = shortened(keywords.keySet().iterator().next());
            throw Argument.invalid(
                    "argument '" + unknown + "': expected " + described() + ", but this is none of them");
        }
        return values;
    }

    private static String shortened(String name) {
        return name.length() <= 40 ? name : name.substring(0, 40) + "...";
    }

    private String described() {
        if (arguments.isEmpty()) {
            return "no arguments";
        }
        List<String> names = arguments.stream().map(Argument::name).toList();
        return (names.size() == 1 ? "the argument " : "the arguments ") + String.join(", ", names);
    }
}
