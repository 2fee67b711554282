package io.bailiwick.mrealm.metadata;

import static io.bailiwick.mrealm.TestRealm.call;
import static io.bailiwick.mrealm.TestRealm.get;
import static io.bailiwick.mrealm.TestRealm.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.bailiwick.mrealm.RealmController;
import io.bailiwick.mrealm.RealmSettings;
import io.bailiwick.mrealm.TestRealm;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred at once write down what belongs to the same objects: one wins, or all is there, as far as there is room. */
class MetadataCrowdTest {
    private static final String DOCS = "crossbarfabriccenter.mrealm.metadata.";
    private static final String OWN = "io.bailiwick.mrealm.metadata.";
    private static final int CLIENTS = 100;
    private static final int MOST = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final List<ClientSession> many = new ArrayList<>();
    private TestRealm realm;
    private RealmController controller;
    private ClientSession first;

    /** A call of one of them. */
    private record Request(String procedure, Arguments arguments) {
        Request(String procedure, Object... arguments) {
            this(procedure, Arguments.of(arguments));
        }
    }

    @BeforeEach
    void open() throws Exception {
        realm = new TestRealm(directory);
        realm.pair("n1");
        controller = RealmController.start(RealmSettings.of(realm.settings(directory.resolve("store"), "")));
        for (int i = 0; i < CLIENTS; i++) {
            many.add(realm.direct("admin@example.com", "admin"));
        }
        first = many.get(0);
    }

    @AfterEach
    void close() {
        controller.close();
        realm.close();
    }

    /** The results of those who got one. */
    private List<Object> all(String error, IntFunction<Request> requests) throws Exception {
        List<CompletableFuture<Arguments>> calls = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Request request = requests.apply(i);
            calls.add(many.get(i).call(request.procedure(), request.arguments(), PATIENCE));
        }
        List<Object> results = new ArrayList<>();
        for (CompletableFuture<Arguments> each : calls) {
            try {
                results.add(get(each).list().get(0));
            } catch (ExecutionException e) {
                assertEquals(
                        error,
                        assertInstanceOf(ApplicationError.class, e.getCause()).uri());
            }
        }
        return results;
    }

    private static long count(List<Object> results, Predicate<Object> won) {
        return results.stream().filter(won).count();
    }

    private static Map<?, ?> map(Object value) {
        return assertInstanceOf(Map.class, value);
    }

    private Object comment(String text) throws Exception {
        return map(call(first, OWN + "add_comment", "n1", text)).get("oid");
    }

    @Test
    void documentation_is_new_for_one_and_removed_by_one() throws Exception {
        assertEquals(
                1,
                count(
                        all("none", i -> new Request(DOCS + "add_docs", "docs", "n1", Map.of("by", i))),
                        result -> map(result).get("new").equals(true)));
        assertEquals(
                1,
                count(all("none", i -> new Request(DOCS + "delete_docs", "n1")), result -> !result.equals(List.of())));
    }

    @Test
    void tags_and_attributes_are_all_there_as_far_as_there_is_room() throws Exception {
        String full = "wamp.error.invalid_argument";
        assertEquals(
                MOST,
                all(full, i -> new Request(OWN + "add_tags", "n1", List.of("t" + i)))
                        .size());
        assertEquals(
                MOST,
                all(full, i -> new Request(OWN + "set_attributes", "n1", Map.of("a" + i, i)))
                        .size());
        assertEquals(MOST, ((List<?>) map(call(first, OWN + "get", "n1")).get("tags")).size());
        assertEquals(
                MOST, map(map(call(first, OWN + "get", "n1")).get("attributes")).size());
        assertEquals(
                CLIENTS,
                all("none", i -> new Request(OWN + "remove_tags", "n1", List.of("t" + i)))
                        .size());
        assertEquals(List.of(), map(call(first, OWN + "get", "n1")).get("tags"));
    }

    @Test
    void comments_have_numbers_of_their_own_are_changed_whole_and_go_once() throws Exception {
        Set<Object> numbers = all("none", i -> new Request(OWN + "add_comment", "n1", "By me.")).stream()
                .map(each -> map(each).get("number"))
                .collect(Collectors.toSet());
        assertEquals(CLIENTS, numbers.size());
        Object mine = comment("Mine.");
        assertEquals(
                CLIENTS,
                all("none", i -> new Request(OWN + "modify_comment", mine, "text " + i))
                        .size());
        assertEquals(
                1,
                all("crossbar.error.no_such_object", i -> new Request(OWN + "delete_comment", mine))
                        .size());
        assertEquals(1, count(all("none", i -> new Request(OWN + "delete", "n1")), result -> result.equals(true)));
        assertEquals(0L, map(call(first, OWN + "get", "n1")).get("comments"));
    }

    @Test
    void what_is_pruned_is_pruned_by_one() throws Exception {
        List<String> gone = new ArrayList<>();
        for (String each : List.of("n2", "n3", "n4")) {
            gone.add(realm.pair(each).toString());
            until("the node is known", () -> call(first, TestRealm.MREALM + "get_nodes", null, true)
                    .toString()
                    .contains(each));
            call(first, OWN + "add_tags", each, List.of("a"));
            realm.unpair(each);
            until("the node is gone", () -> !call(first, TestRealm.MREALM + "get_nodes", null, true)
                    .toString()
                    .contains(each));
        }
        List<Object> pruned = new ArrayList<>();
        all("none", i -> new Request(OWN + "prune")).forEach(result -> pruned.addAll((List<?>) result));
        assertEquals(gone.stream().sorted().toList(), pruned.stream().sorted().toList());
    }
}
