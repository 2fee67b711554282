package io.bailiwick.router.realm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message.Call;
import io.bailiwick.router.message.Message.Subscribe;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.Authorizer.Permission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is wrong with a call of the meta API is told by name, whichever procedure it is; and only to who may call it. */
class MetaArgumentsTest {
    private final Scenario scenario = new Scenario();
    private final Asker asker = new Asker(scenario.joins("asker"));

    private List<?> procedures() {
        List<?> all = (List<?>) asker.asksOne("wamp.reflection.procedure.list");
        assertTrue(all.size() > 25, "the meta API is registered");
        return all;
    }

    private List<?> argumentsOf(String procedure) {
        return (List<?>) ((Map<?, ?>) asker.asksOne("wamp.reflection.procedure.describe", procedure)).get("args");
    }

    private Stream<DynamicTest> each(java.util.function.Consumer<String> check) {
        return procedures().stream()
                .map(String.class::cast)
                .map(procedure -> DynamicTest.dynamicTest(procedure, () -> check.accept(procedure)));
    }

    private void refuses(String procedure, Map<String, ?> keywords, Object... arguments) {
        String text = asker.isRefused(Uris.INVALID_ARGUMENT, keywords, procedure, arguments);
        assertTrue(text.contains("expected ") && text.contains("found "), text);
    }

    @TestFactory
    Stream<DynamicTest> an_argument_too_many_is_refused() {
        return each(procedure -> {
            Object[] many = new Object[argumentsOf(procedure).size() + 1];
            Arrays.fill(many, 1L);
            refuses(procedure, Map.of(), many);
        });
    }

    @TestFactory
    Stream<DynamicTest> a_keyword_that_is_not_known_is_refused() {
        return each(procedure -> refuses(procedure, Map.of("nonsense", 1L)));
    }

    @TestFactory
    Stream<DynamicTest> an_argument_that_is_missing_is_refused_unless_it_may_be() {
        return each(procedure -> {
            List<?> arguments = argumentsOf(procedure);
            if (!arguments.isEmpty() && !((String) arguments.get(0)).contains("?:")) {
                refuses(procedure, Map.of());
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> an_argument_of_the_wrong_type_is_refused() {
        return each(procedure -> {
            List<?> arguments = argumentsOf(procedure);
            List<Object> given = new ArrayList<>();
            for (Object argument : arguments) {
                given.add(wrong((String) argument));
                if (!((String) argument).endsWith("or null")) {
                    refuses(procedure, Map.of(), given.toArray());
                }
                given.set(given.size() - 1, right((String) argument));
            }
        });
    }

    private static Object wrong(String argument) {
        return argument.endsWith(": uri") || argument.endsWith(": string") || argument.contains("topic, procedure")
                ? 1L
                : "text";
    }

    private static Object right(String argument) {
        if (argument.endsWith(": id")) {
            return 1L;
        }
        if (argument.endsWith(": list")) {
            return List.of();
        }
        return argument.contains("topic, procedure") ? "topic" : "com.example.name";
    }

    @TestFactory
    Stream<DynamicTest> who_may_not_call_learns_nothing() {
        Scenario strict = new Scenario((session, action, uri, match) -> Permission.DENIED);
        TestPeer nobody = strict.joins("nobody");
        return each(procedure -> {
            nobody.calls(1, procedure);
            nobody.receivesError(Call.CODE, 1, Uris.NOT_AUTHORIZED);
        });
    }

    @Test
    void who_may_not_subscribe_hears_nothing() {
        Scenario strict = new Scenario((session, action, uri, match) -> Permission.DENIED);
        TestPeer nobody = strict.joins("nobody");
        List<?> topics = (List<?>) asker.asksOne("wamp.reflection.topic.list");
        assertEquals(12, topics.size());
        for (Object topic : topics) {
            nobody.sends(new Subscribe(1, Dict.EMPTY, (String) topic));
            nobody.receivesError(Subscribe.CODE, 1, Uris.NOT_AUTHORIZED);
        }
        strict.joins("other").leaves();
        nobody.receivesNothing();
    }
}
