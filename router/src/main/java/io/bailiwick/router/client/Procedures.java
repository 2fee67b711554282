package io.bailiwick.router.client;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Binds objects whose methods are marked {@link Procedure} to a session.
 *
 * <p>A method's parameters are the arguments of the call, by position or by keyword; a parameter of type
 * {@link ClientSession.Invocation} gets the invocation itself and takes no argument; a parameter marked
 * {@code @Nullable} is optional. Values are converted by Jackson with names in snake case (records, UUID, instants, enums,
 * lists, maps); unknown keys inside a dictionary are ignored. What is returned (perhaps as a
 * {@link java.util.concurrent.CompletionStage}) is the one positional result; null or void gives one null; a result of
 * type {@link io.bailiwick.router.codec.Arguments} is taken as it is. An argument too many, missing, unknown or of the wrong
 * type is answered with {@code wamp.error.invalid_argument} and a text that names the argument, what was expected and what
 * came. An exception other than {@link ApplicationError} is logged with a reference and answered with
 * {@code wamp.error.runtime_error} and that reference, not with its text.
 */
public final class Procedures {
    /** What the declarations of a class say; reading them takes longer than registering all of it. */
    private static final ClassValue<List<ProcedureMethod>> METHODS = new ClassValue<>() {
        @Override
        protected List<ProcedureMethod> computeValue(Class<?> group) {
            return ProcedureMethod.of(group);
        }
    };

    private Procedures() {}

    /** Says of each invocation whether its caller may have it. Runs where the procedure runs, before it. */
    @FunctionalInterface
    public interface Guard {
        /** Lets everybody call. */
        Guard NONE = (method, invocation) -> {};

        /**
         * Throws an {@link ApplicationError}, which the caller is answered with, to refuse.
         *
         * @param method the method that is marked {@link Procedure}
         */
        void check(Method method, ClientSession.Invocation invocation);
    }

    /** Is told of each invocation that was refused before its procedure had begun with it. */
    @FunctionalInterface
    public interface Refusals {
        /** Takes note of none. */
        Refusals UNTOLD = (invocation, error) -> CompletableFuture.completedFuture(null);

        /**
         * An invocation was refused: by the guard, for its arguments, or by the procedure itself before it returned.
         *
         * @return completes when note was taken; the caller is answered then, whatever came of it
         */
        CompletionStage<?> refused(ClientSession.Invocation invocation, ApplicationError error);
    }

    /**
     * A procedure as those who call it see it.
     *
     * @param uri the URI, perhaps with {@code {name}} parts
     * @param arguments the arguments in their order
     * @param does one sentence
     * @param group the class that declares it
     */
    public record Entry(String uri, List<Parameter> arguments, String does, Class<?> group) {
        /**
         * An argument of a procedure.
         *
         * @param name the keyword it is first known by
         * @param aliases its other keywords
         * @param type what must stand on the wire, for example {@code UUID}, {@code list of string}
         * @param optional whether it may be absent or null
         */
        public record Parameter(String name, List<String> aliases, String type, boolean optional) {}
    }

    /**
     * Registers all marked methods of the groups, in order: group by group, and by URI within each.
     *
     * @param session the session that registers
     * @param parts values for the {@code {name}} parts of URIs
     * @param groups objects with marked methods
     * @return completes when the router has confirmed every one; ends exceptionally when it refused one, the others
     *     being registered nevertheless
     * @throws IllegalArgumentException when a marked method cannot be a procedure (private, static, two arguments of one
     *     name), a part has no value, or a group has no marked method; nothing is registered then
     */
    public static CompletableFuture<Void> bind(ClientSession session, Map<String, String> parts, List<?> groups) {
        return bind(session, parts, groups, Guard.NONE);
    }

    /** As above, with a guard before all of them. */
    public static CompletableFuture<Void> bind(
            ClientSession session, Map<String, String> parts, List<?> groups, Guard guard) {
        return bind(session, parts, groups, guard, Refusals.UNTOLD);
    }

    /** As above, with somebody who is told of what is refused. */
    public static CompletableFuture<Void> bind(
            ClientSession session, Map<String, String> parts, List<?> groups, Guard guard, Refusals refusals) {
        record Bound(String uri, ProcedureMethod method, Object group) {}
        List<Bound> all = new ArrayList<>();
        for (Object group : groups) {
            for (ProcedureMethod method : methodsOf(group.getClass())) {
                all.add(new Bound(method.uri(parts), method, group));
            }
        }
        return CompletableFuture.allOf(all.stream()
                .map(bound -> session.register(bound.uri(), Dict.EMPTY, told(refusals, invocation -> {
                    guard.check(bound.method().method(), invocation);
                    return bound.method().run(bound.group(), invocation);
                })))
                .toArray(CompletableFuture[]::new));
    }

    /** A procedure, of which somebody is told what it refuses at once, by throwing. */
    public static Function<ClientSession.Invocation, CompletionStage<Arguments>> told(
            Refusals refusals, Function<ClientSession.Invocation, ? extends CompletionStage<Arguments>> procedure) {
        return invocation -> {
            try {
                return procedure.apply(invocation);
            } catch (ApplicationError error) {
                return refusals.refused(invocation, error)
                        .handle((noted, unnoted) -> error)
                        .thenCompose(told -> CompletableFuture.<Arguments>failedFuture(told));
            }
        };
    }

    /** Reads the declarations of these classes, so that {@link #bind} need not: for who has time to before there are objects. */
    public static void prepare(List<Class<?>> groups) {
        groups.forEach(METHODS::get);
    }

    /** What {@link #bind} would register for groups of these classes, by URI. */
    public static List<Entry> catalogue(List<Class<?>> groups) {
        return groups.stream()
                .flatMap(group -> methodsOf(group).stream())
                .map(ProcedureMethod::entry)
                .sorted(Comparator.comparing(Entry::uri))
                .toList();
    }

    private static List<ProcedureMethod> methodsOf(Class<?> group) {
        List<ProcedureMethod> methods = METHODS.get(group);
        if (methods.isEmpty()) {
            throw new IllegalArgumentException(
                    group.getName() + ": expected methods marked @Procedure, but found none");
        }
        return methods;
    }
}
