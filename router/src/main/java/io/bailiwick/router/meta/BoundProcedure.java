package io.bailiwick.router.meta;

import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.PayloadCodec.Values;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A marked method and the object that it is called on.
 *
 * @param mark what stands on the method
 * @param method the method
 * @param group the object
 */
record BoundProcedure(Procedure mark, Method method, Object group) {

    /** All procedures of these objects, by URI. */
    static List<BoundProcedure> of(List<Object> groups) {
        List<BoundProcedure> all = new ArrayList<>();
        for (Object group : groups) {
            for (Method method : group.getClass().getDeclaredMethods()) {
                Procedure mark = method.getAnnotation(Procedure.class);
                if (mark != null) {
                    all.add(new BoundProcedure(mark, method, group));
                }
            }
        }
        all.sort(Comparator.comparing(BoundProcedure::uri));
        return List.copyOf(all);
    }

    /** The URI. */
    String uri() {
        return mark.value();
    }

    /** Answers a call, at once or later, if what came with it is no more than the procedure knows. */
    void answer(MetaCall call, MetaCall.Reply reply) throws Refused {
        checkCount(call.arguments());
        try {
            if (method.getParameterCount() == 1) {
                reply.result((Values) method.invoke(group, call));
            } else {
                method.invoke(group, call, reply);
            }
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof Refused refused) {
                throw refused;
            }
            if (thrown.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(uri() + " failed", thrown.getCause());
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(uri() + " cannot be called", impossible);
        }
    }

    private void checkCount(Values arguments) throws Refused {
        int most = mark.takes().length;
        if (arguments.list().size() > most) {
            String positional = most == 0 ? "no positional argument" : "at most " + String.join(", ", mark.takes());
            throw new Refused(
                    Uris.INVALID_ARGUMENT,
                    "expected " + positional + ", but found " + arguments.list().size() + " arguments");
        }
        Set<String> known =
                Arrays.stream(mark.keywords()).map(BoundProcedure::name).collect(Collectors.toSet());
        if (!known.containsAll(arguments.map().keySet())) {
            String keywords =
                    known.isEmpty() ? "no keyword argument" : "no keyword but " + String.join(", ", mark.keywords());
            throw new Refused(Uris.INVALID_ARGUMENT, "expected " + keywords + ", but found another");
        }
    }

    private static String name(String argument) {
        return argument.substring(0, argument.indexOf(':'));
    }

    /** What is known of it, for those who ask by reflection. */
    Map<String, Object> description() {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("description", mark.does());
        description.put("args", List.of(mark.takes()));
        description.put("kwargs", List.of(mark.keywords()));
        description.put("result", mark.gives());
        description.put(
                "errors",
                Arrays.stream(mark.errors()).map(error -> "wamp.error." + error).toList());
        return description;
    }
}
