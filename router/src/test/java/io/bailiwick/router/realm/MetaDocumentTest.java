package io.bailiwick.router.realm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/meta-api.md} is what a realm says of itself by reflection. Written with {@code -Dbailiwick.docs=write}, compared
 * without.
 */
class MetaDocumentTest {
    private static final Path FILE = Path.of("..", "docs", "meta-api.md");

    private final Asker asker = new Asker(new Scenario().joins("reader"));

    @Test
    void the_list_of_the_meta_api_is_that_of_the_realm() throws IOException {
        String page = page();
        if ("write".equals(System.getProperty("bailiwick.docs"))) {
            Files.writeString(FILE, page);
        }
        assertEquals(page, Files.readString(FILE), "docs/meta-api.md; write it with -Dbailiwick.docs=write");
    }

    private String page() {
        StringBuilder page = new StringBuilder("""
                # The meta API

                Generated from what a realm tells of itself by `wamp.reflection.*`. These procedures and topics are in
                every realm; who may call and subscribe is a matter of roles, as with all others. A realm's own session
                has registered the procedures, so calls and answers go the way of all calls.

                An argument or keyword that is missing, of the wrong type or not known is answered with
                `wamp.error.invalid_argument` and a sentence that names what was expected; `?` marks what may be left
                out or null, and every keyword may. Integers may come as floats with an integral value. What is not
                found by a lookup is null.

                Each procedure of the kill family also takes away what the authid of a killed session could come back
                with, its cookies and its static ticket, as far as `kill_revokes` of the realm says
                ([configuration](configuration.md)).

                Where a procedure of the application decides on rights, reflection and `wamp.subscription.get_events`
                ask it, and answer when it has answered. A list asks for at most 64 URIs, in alphabetical order, and 8
                at a time; a question without an answer counts as 8. What could not be asked for is not listed.

                ## Procedures

                | procedure | arguments | keywords | result | errors | what it does |
                |---|---|---|---|---|---|
                """);
        for (Object uri : (List<?>) asker.asksOne("wamp.reflection.procedure.list")) {
            Map<?, ?> told = (Map<?, ?>) asker.asksOne("wamp.reflection.procedure.describe", uri);
            page.append("| `%s` | %s | %s | %s | %s | %s |%n"
                    .formatted(
                            uri,
                            code(told.get("args")),
                            code(told.get("kwargs")),
                            told.get("result"),
                            code(told.get("errors")).replace("wamp.error.", ""),
                            told.get("description")));
        }
        page.append("""

                ## Events

                | topic | arguments | when |
                |---|---|---|
                """);
        for (Object uri : (List<?>) asker.asksOne("wamp.reflection.topic.list")) {
            Map<?, ?> told = (Map<?, ?>) asker.asksOne("wamp.reflection.topic.describe", uri);
            page.append("| `%s` | %s | %s |%n".formatted(uri, told.get("args"), told.get("description")));
        }
        return page.append(RULES).toString();
    }

    private static String code(Object list) {
        List<?> values = (List<?>) list;
        return values.isEmpty()
                ? "-"
                : values.stream().map(value -> "`" + value + "`").collect(Collectors.joining(", "));
    }

    private static final String RULES = """

            ## Rules

            - **Order.** `on_create` comes before `on_register` and `on_subscribe`; `on_unregister` and `on_unsubscribe`
              come before `on_delete`. When a session leaves, by whatever way, its registrations are told of, then its
              subscriptions, then `on_undefine` for what it had described; then its testaments are published, those of
              the scope `detached` before those of `destroyed`, each in the order they were added; `on_leave` is the last.
            - **Silence.** `wamp.session.kill_all` and the end of a realm are told by none of these events, and publish no
              testament.
            - **Who hears.** An event is made only when somebody is subscribed. Subscriptions to these topics are told of
              like any other. The session that an event is about hears it too, after the answer to its request.
            - **Killing.** A session cannot kill itself. With every session that is killed, the cookies and tickets of
              its authid are revoked; `wamp.session.kill_by_authid` revokes them even when there is no session.
            - **Testaments** are checked and authorised as publications of the session when they are added: topic, options,
              right to publish, disclosure. They are published in the name of the session.
            - **The realm's own procedures** are registrations with one callee, the realm's own session, which
              `wamp.session.list` does not show and which nobody can remove.
            - **Reflection.** WAMP gives the URIs and no more; arguments and results are ours. `list` names what is
              described and what is registered or subscribed to under match `exact`, `describe` gives the description, and
              both only what the caller has some right to. A description is any value; it belongs to the session that
              defined it last, and goes with it. Who may register a procedure, or publish to a topic, may describe it; an
              error is described by whoever came first.
            """;
}
