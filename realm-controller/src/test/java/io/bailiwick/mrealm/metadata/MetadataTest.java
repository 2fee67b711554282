package io.bailiwick.mrealm.metadata;

import static io.bailiwick.mrealm.TestRealm.call;
import static io.bailiwick.mrealm.TestRealm.events;
import static io.bailiwick.mrealm.TestRealm.get;
import static io.bailiwick.mrealm.TestRealm.next;
import static io.bailiwick.mrealm.TestRealm.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.mrealm.RealmController;
import io.bailiwick.mrealm.RealmSettings;
import io.bailiwick.mrealm.TestRealm;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Event;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users write down, over a real router and a real store. */
class MetadataTest {
    private static final String DOCS = "crossbarfabriccenter.mrealm.metadata.";
    private static final String OWN = "io.bailiwick.mrealm.metadata.";

    @TempDir
    Path directory;

    private TestRealm realm;
    private RealmController controller;
    private ClientSession developer;
    private ClientSession guest;
    private UUID oid;

    @BeforeEach
    void open() throws Exception {
        realm = new TestRealm(directory);
        oid = realm.pair("n1");
        start();
        developer = realm.direct("dev@example.com", "developer");
        guest = realm.direct("guest@example.com", "guest");
    }

    private void start() throws Exception {
        controller = RealmController.start(RealmSettings.of(realm.settings(directory.resolve("store"), "")));
    }

    @AfterEach
    void close() {
        controller.close();
        realm.close();
    }

    private static String errorOf(ClientSession session, String procedure, Object... arguments) {
        ExecutionException e = assertThrows(ExecutionException.class, () -> get(session.call(procedure, arguments)));
        return assertInstanceOf(ApplicationError.class, e.getCause()).uri();
    }

    private static Map<?, ?> map(Object value) {
        return assertInstanceOf(Map.class, value);
    }

    private static Map<?, ?> argument(Event event) {
        return map(event.arguments().list().get(0));
    }

    @Test
    void documentation_is_written_read_replaced_and_removed() throws Exception {
        BlockingQueue<Event> added = events(guest, DOCS + "on_docs_added");
        BlockingQueue<Event> deleted = events(guest, OWN + "on_docs_deleted");
        assertNull(call(guest, DOCS + "get_docs", "docs", oid.toString()));
        Map<?, ?> first =
                map(call(developer, DOCS + "add_docs", "docs", oid.toString(), Map.of("text", "Press", "n", 1)));
        assertEquals(oid.toString(), first.get("object"));
        assertEquals(true, first.get("new"));
        assertEquals(first.get("docs"), argument(next(added)).get("docs"));
        Map<?, ?> again = map(call(developer, DOCS + "add_docs", "node", "n1", Map.of("text", "Hall 2")));
        assertEquals(false, again.get("new"));
        assertEquals(first.get("docs"), again.get("docs"), "it keeps its oid");
        Map<?, ?> docs = map(call(guest, DOCS + "get_docs", "docs", "n1"));
        assertEquals(Map.of("text", "Hall 2"), docs.get("docs"));
        assertEquals("dev@example.com", docs.get("author"));
        assertEquals(List.of(first.get("docs")), call(developer, DOCS + "delete_docs", oid.toString()));
        assertEquals("dev@example.com", argument(next(deleted)).get("caller"));
        assertEquals(List.of(), call(developer, DOCS + "delete_docs", "n1"));
        assertNull(call(guest, DOCS + "get_docs", "docs", "n1"));
    }

    @Test
    void the_realm_itself_is_an_object_and_what_is_not_in_it_is_none() throws Exception {
        call(developer, DOCS + "add_docs", "mrealm", TestRealm.OID.toString(), Map.of());
        assertEquals(
                Map.of(),
                map(call(guest, DOCS + "get_docs", "docs", TestRealm.REALM)).get("docs"));
        assertEquals("wamp.error.invalid_argument", errorOf(guest, DOCS + "get_docs", "cluster", "n1"));
        for (String none : List.of("n2", UUID.randomUUID().toString())) {
            assertEquals("crossbar.error.no_such_object", errorOf(guest, DOCS + "get_docs", "docs", none));
            assertEquals(
                    "crossbar.error.no_such_object", errorOf(developer, DOCS + "add_docs", "docs", none, Map.of()));
            assertEquals("crossbar.error.no_such_object", errorOf(developer, OWN + "add_tags", none, List.of("a")));
            assertEquals("crossbar.error.no_such_object", errorOf(developer, OWN + "add_comment", none, "text"));
        }
    }

    @Test
    void tags_are_a_set_in_order_and_objects_are_found_by_them() throws Exception {
        BlockingQueue<Event> modified = events(guest, OWN + "on_tags_modified");
        UUID other = realm.pair("n2");
        assertEquals(List.of("a", "b"), call(developer, OWN + "add_tags", "n1", List.of("b", "a", "b")));
        assertEquals(List.of("a", "b"), argument(next(modified)).get("tags"));
        until("the other node is there", () -> call(guest, TestRealm.MREALM + "get_nodes")
                .equals(List.of(oid.toString(), other.toString())));
        call(developer, OWN + "add_tags", "n2", List.of("b"));
        assertEquals(Map.of("a", 1L, "b", 2L), call(guest, OWN + "list_tags"));
        assertEquals(List.of(Map.of("oid", oid.toString(), "type", "node")), call(guest, OWN + "find", "a"));
        assertEquals(2, ((List<?>) call(guest, OWN + "find", "b")).size());
        assertEquals(List.of("b"), call(developer, OWN + "remove_tags", "n1", List.of("a", "c")));
        assertEquals(Map.of("b", 2L), call(guest, OWN + "list_tags"));
    }

    @Test
    void attributes_are_set_removed_by_null_and_found_by_value() throws Exception {
        BlockingQueue<Event> modified = events(guest, OWN + "on_attributes_modified");
        Map<String, Object> some = new HashMap<>(Map.of("site", "Ulm", "floor", 2, "more", List.of(1, "x")));
        call(developer, OWN + "set_attributes", "n1", some);
        assertEquals("Ulm", map(argument(next(modified)).get("attributes")).get("site"));
        some.clear();
        some.put("more", null);
        some.put("floor", 3);
        assertEquals(Map.of("site", "Ulm", "floor", 3L), call(developer, OWN + "set_attributes", oid.toString(), some));
        assertEquals(1, ((List<?>) call(guest, OWN + "find", null, "floor", 3)).size());
        assertEquals(1, ((List<?>) call(guest, OWN + "find", null, "site")).size());
        assertEquals(List.of(), call(guest, OWN + "find", null, "floor", 2));
        Map<?, ?> all = map(call(guest, OWN + "get", "n1"));
        assertEquals(Map.of("site", "Ulm", "floor", 3L), all.get("attributes"));
        assertEquals(0L, all.get("comments"));
        assertEquals("node", all.get("type"));
    }

    @Test
    void comments_are_listed_in_order_and_changed_by_their_author_only() throws Exception {
        BlockingQueue<Event> added = events(guest, OWN + "on_comment_added");
        BlockingQueue<Event> modified = events(guest, OWN + "on_comment_modified");
        BlockingQueue<Event> deleted = events(guest, OWN + "on_comment_deleted");
        ClientSession other = realm.direct("other@example.com", "operator");
        Map<?, ?> first = map(call(developer, OWN + "add_comment", "n1", "It is loud."));
        Map<?, ?> second = map(call(other, OWN + "add_comment", "n1", "I know.", first.get("oid")));
        assertEquals(first.get("oid"), second.get("reply_to"));
        assertEquals(first, argument(next(added)));
        assertEquals(List.of(first, second), call(guest, OWN + "list_comments", "n1"));
        assertEquals(List.of(second), call(guest, OWN + "list_comments", "n1", first.get("number"), 5));
        String not = "wamp.error.not_authorized";
        assertEquals(not, errorOf(other, OWN + "modify_comment", first.get("oid"), "It is not."));
        assertEquals(not, errorOf(other, OWN + "delete_comment", first.get("oid")));
        Map<?, ?> changed = map(call(developer, OWN + "modify_comment", first.get("oid"), "It was loud."));
        assertEquals("It was loud.", changed.get("text"));
        assertEquals(changed, argument(next(modified)));
        assertEquals(2L, map(call(guest, OWN + "get", "n1")).get("comments"));
        call(realm.direct("boss@example.com", "admin"), OWN + "delete_comment", first.get("oid"));
        assertEquals(changed, argument(next(deleted)));
        call(other, OWN + "delete_comment", second.get("oid"));
        assertEquals(List.of(), call(guest, OWN + "list_comments", "n1"));
        assertEquals("crossbar.error.no_such_object", errorOf(other, OWN + "delete_comment", second.get("oid")));
        assertEquals(
                "crossbar.error.no_such_object",
                errorOf(other, OWN + "add_comment", "n1", "late", second.get("oid")),
                "in answer to nothing");
    }

    @Test
    void a_comment_answers_comments_of_its_own_object_only() throws Exception {
        Map<?, ?> first = map(call(developer, OWN + "add_comment", TestRealm.REALM, "Of the realm."));
        assertEquals(
                "wamp.error.invalid_argument",
                errorOf(developer, OWN + "add_comment", "n1", "Of a node.", first.get("oid")));
    }

    @Test
    void what_is_too_large_or_no_text_is_refused_and_changes_nothing() throws Exception {
        String invalid = "wamp.error.invalid_argument";
        assertEquals(invalid, errorOf(developer, DOCS + "add_docs", "docs", "n1", Map.of("x", "y".repeat(70_000))));
        for (String tag : List.of("", " ", "a ", "a\nb", "x".repeat(65))) {
            assertEquals(invalid, errorOf(developer, OWN + "add_tags", "n1", List.of(tag)), tag);
        }
        List<String> many = IntStream.range(0, 64).mapToObj(i -> "t" + i).toList();
        call(developer, OWN + "add_tags", "n1", many);
        assertEquals(invalid, errorOf(developer, OWN + "add_tags", "n1", List.of("one more")));
        assertEquals(invalid, errorOf(developer, OWN + "set_attributes", "n1", Map.of("a b", 1)));
        assertEquals(invalid, errorOf(developer, OWN + "set_attributes", "n1", Map.of("a", "y".repeat(17_000))));
        assertEquals(invalid, errorOf(developer, OWN + "add_comment", "n1", "  "));
        assertEquals(invalid, errorOf(developer, OWN + "add_comment", "n1", "y".repeat(4_097)));
        assertEquals(invalid, errorOf(guest, OWN + "list_comments", "n1", null, 0));
        Map<?, ?> all = map(call(guest, OWN + "get", "n1"));
        assertEquals(64, ((List<?>) all.get("tags")).size());
        assertNull(all.get("docs"));
        assertEquals(Map.of(), all.get("attributes"));
    }

    @Test
    void it_outlives_the_controller_and_the_pairing_of_a_node_and_goes_when_it_is_pruned() throws Exception {
        BlockingQueue<Event> deleted = events(guest, OWN + "on_deleted");
        ClientSession admin = realm.direct("boss@example.com", "admin");
        call(developer, OWN + "add_tags", "n1", List.of("a"));
        call(developer, OWN + "add_comment", "n1", "Text.");
        call(developer, OWN + "add_tags", TestRealm.REALM, List.of("b"));
        controller.close();
        start();
        assertEquals(List.of("a"), map(call(guest, OWN + "get", "n1")).get("tags"));
        realm.unpair("n1");
        until("the node is gone", () -> call(guest, TestRealm.MREALM + "get_nodes")
                .equals(List.of()));
        assertEquals("crossbar.error.no_such_object", errorOf(guest, OWN + "get", oid.toString()));
        assertEquals(List.of(oid.toString()), call(admin, OWN + "prune"));
        assertEquals(List.of(oid.toString()), argument(next(deleted)).get("objects"));
        assertEquals(List.of(), call(admin, OWN + "prune"));
        assertEquals(Map.of("b", 1L), call(guest, OWN + "list_tags"));
        assertEquals(true, call(admin, OWN + "delete", TestRealm.REALM));
        assertEquals(false, call(admin, OWN + "delete", TestRealm.REALM));
        assertEquals(Map.of(), call(guest, OWN + "list_tags"));
    }

    @Test
    void who_may_only_look_writes_nothing_and_nodes_do_not_even_look() throws Exception {
        String not = "wamp.error.not_authorized";
        assertEquals(not, errorOf(guest, DOCS + "add_docs", "docs", "n1", Map.of()));
        assertEquals(not, errorOf(guest, DOCS + "delete_docs", "n1"));
        assertEquals(not, errorOf(guest, OWN + "add_tags", "n1", List.of("a")));
        assertEquals(not, errorOf(guest, OWN + "add_comment", "n1", "text"));
        assertEquals(not, errorOf(developer, OWN + "delete", "n1"));
        assertEquals(not, errorOf(developer, OWN + "prune"));
        ClientSession node = realm.direct("n1", "node");
        assertEquals(not, errorOf(node, OWN + "get", "n1"));
        assertEquals(not, errorOf(node, DOCS + "get_docs", "docs", "n1"));
        assertFalse(errorOf(node, OWN + "add_tags", "n1", List.of("a")).isEmpty());
        assertTrue(((List<?>) map(call(guest, OWN + "get", "n1")).get("tags")).isEmpty());
    }
}
