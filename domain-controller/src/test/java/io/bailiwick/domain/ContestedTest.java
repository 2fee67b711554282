package io.bailiwick.domain;

import static io.bailiwick.domain.Crowd.CLIENTS;
import static io.bailiwick.domain.Crowd.OK;
import static io.bailiwick.domain.Crowd.oneWinsTheOthersGet;
import static io.bailiwick.domain.SmallDomain.MREALM;
import static io.bailiwick.domain.SmallDomain.NO_SUCH_OBJECT;
import static io.bailiwick.domain.SmallDomain.USER;
import static io.bailiwick.domain.SmallDomain.call;
import static io.bailiwick.domain.SmallDomain.dict;
import static io.bailiwick.domain.SmallDomain.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.Crowd.Request;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserKey;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.message.Dict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link HundredClientsTest} leaves: keys, codes, lists, roles and the log, a hundred at once, as the superuser. */
class ContestedTest {
    private static final String OWN = "io.bailiwick.domain.";
    private static final String ALREADY_EXISTS = "crossbar.error.already_exists";
    private static final String NOT_PAIRED = "fabric.node-not-paired";
    private static final int JOINING = 30;

    @TempDir
    static Path directory;

    private static SmallDomain domain;
    private static Crowd crowd;
    private static ClientSession root;

    @BeforeAll
    static void start() throws Exception {
        domain = new SmallDomain(directory);
        crowd = new Crowd(domain, User.SUPERUSER);
        root = crowd.session(0);
    }

    @AfterAll
    static void stop() {
        domain.close();
    }

    private static String fresh() {
        return SigningKey.generate().publicKey().hex();
    }

    private static String realm(String name) throws Exception {
        return (String)
                dict(root, MREALM + "create_mrealm", Map.of("name", name)).get("oid");
    }

    private static String pair(String key, String realm, String name) throws Exception {
        return (String) dict(root, MREALM + "pair_node", key, realm, name).get("oid");
    }

    private static String knock() {
        SigningKey key = SigningKey.generate();
        domain.refusal(Identity.of(null, null, "node", key));
        return key.publicKey().hex();
    }

    private static String another(String authid) {
        String key = fresh();
        User user = domain.user(authid);
        domain.population.store.writeAll(
                tx -> domain.population.schema().userKeys.insert(tx, key, new UserKey(key, user.oid(), 1, null)));
        return key;
    }

    /** Who asks for what. */
    private interface Requests {
        Request of(int client);
    }

    /** Makes what they are about. */
    private interface Preparation {
        Requests make() throws Exception;
    }

    /**
     * One thing that a hundred want at once, and that one gets.
     *
     * @param error what the others get
     */
    private record Contest(String name, String error, Preparation preparation) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Contest> contests() {
        return Stream.of(
                new Contest("revoke_key", NO_SUCH_OBJECT, () -> {
                    String key = another("many-keys@example.org");
                    return i -> new Request(USER + "revoke_key", key);
                }),
                new Contest("forgive_node", NO_SUCH_OBJECT, () -> {
                    String key = fresh();
                    call(root, OWN + "deny_node", key, true);
                    return i -> new Request(OWN + "forgive_node", key);
                }),
                new Contest("revoke_join_code", NO_SUCH_OBJECT, () -> {
                    realm("codes-of");
                    Object id = dict(root, OWN + "create_join_code", "codes-of").get("id");
                    return i -> new Request(OWN + "revoke_join_code", id);
                }),
                new Contest("move_to_one_name", ALREADY_EXISTS, () -> {
                    realm("many");
                    String to = realm("one");
                    List<String> nodes = new ArrayList<>();
                    for (int i = 0; i < CLIENTS; i++) {
                        nodes.add(pair(fresh(), "many", "n" + i));
                    }
                    return i -> new Request(MREALM + "move_node", nodes.get(i), to, "same");
                }),
                new Contest("unpair_by_pubkey", NOT_PAIRED, () -> {
                    realm("by-key");
                    String key = fresh();
                    pair(key, "by-key", "n1");
                    return i -> new Request(MREALM + "unpair_node_by_pubkey", key);
                }),
                new Contest("unpair_by_name", NO_SUCH_OBJECT, () -> {
                    realm("by-name");
                    pair(fresh(), "by-name", "n1");
                    return i -> new Request(MREALM + "unpair_node_by_name", "by-name", "n1");
                }),
                new Contest("delete_by_name", NO_SUCH_OBJECT, () -> {
                    realm("going");
                    return i -> new Request(MREALM + "delete_mrealm_by_name", "going");
                }),
                new Contest("import_whole", ALREADY_EXISTS, () -> {
                    realm("whole");
                    return i -> new Request(
                            OWN + "import_nodes", "whole", List.of(Map.of("pubkey", fresh(), "authid", "same")), true);
                }));
    }

    @ParameterizedTest
    @MethodSource("contests")
    void one_wins(Contest contest) throws Exception {
        Requests requests = contest.preparation.make();
        assertEquals(oneWinsTheOthersGet(contest.error), crowd.all(requests::of));
    }

    @Test
    void a_node_that_a_hundred_deny_is_denied_once_and_forgotten_by_whoever_wants() throws Exception {
        String always = knock();
        assertEquals(Map.of(OK, CLIENTS), crowd.all(i -> new Request(OWN + "deny_node", always, true)));
        List<?> records = (List<?>) dict(root, OWN + "list_audit", null, always, null, OWN + "deny_node")
                .get("records");
        assertEquals(1, records.size(), records.toString());
        String once = knock();
        Map<String, Integer> outcomes = crowd.all(i -> new Request(OWN + "deny_node", once));
        assertTrue(Set.of(OK, NO_SUCH_OBJECT).containsAll(outcomes.keySet()), outcomes.toString());
        assertFalse(call(root, OWN + "list_waiting_nodes").toString().contains(once));
    }

    @Test
    void a_realm_has_a_hundred_codes_and_no_more() throws Exception {
        realm("coded");
        for (int i = 0; i < 5; i++) {
            call(root, OWN + "create_join_code", "coded");
        }
        assertEquals(
                Map.of(OK, CLIENTS - 5, OWN + "too_many_join_codes", 5),
                crowd.all(i -> new Request(OWN + "create_join_code", "coded")));
        assertEquals(CLIENTS, ((List<?>) call(root, OWN + "list_join_codes", "coded")).size());
    }

    @Test
    void one_list_is_paired_once_however_often_it_is_given() throws Exception {
        realm("listed");
        List<Map<String, String>> list = IntStream.range(0, 3)
                .mapToObj(i -> Map.of("pubkey", fresh(), "authid", "n" + i))
                .toList();
        List<Object> results = new ArrayList<>();
        for (Object answer : crowd.answers(i -> new Request(OWN + "import_nodes", "listed", list))) {
            ((List<?>) answer).forEach(item -> results.add(((Map<?, ?>) item).get("result")));
        }
        assertEquals(Set.of("paired", "unchanged"), Set.copyOf(results));
        assertEquals(3, results.stream().filter("paired"::equals).count());
        assertEquals(3, ((List<?>) call(root, MREALM + "list_nodes_by_mrealm_name", "listed")).size());
    }

    @Test
    void who_joins_by_a_code_while_it_is_revoked_is_in_for_good_or_not_at_all() throws Exception {
        realm("revoking");
        Map<String, Object> made = dict(root, OWN + "create_join_code", "revoking", null, 1_000);
        ExecutorService nodes = Executors.newFixedThreadPool(JOINING);
        CountDownLatch joined = new CountDownLatch(1);
        try {
            List<CompletableFuture<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < JOINING; i++) {
                counts.add(CompletableFuture.supplyAsync(() -> joinUntilRefused(made.get("code"), joined), nodes));
            }
            joined.await();
            assertEquals(
                    oneWinsTheOthersGet(NO_SUCH_OBJECT),
                    crowd.all(i -> new Request(OWN + "revoke_join_code", made.get("id"))));
            int in = 0;
            for (CompletableFuture<Integer> each : counts) {
                in += within(each);
            }
            assertTrue(in > 0);
            assertEquals(in, ((List<?>) call(root, MREALM + "list_nodes_by_mrealm_name", "revoking")).size());
        } finally {
            nodes.shutdownNow();
        }
    }

    /** Joins by a code, as another node each time, and tells how often until it did not go any more. */
    private static int joinUntilRefused(Object code, CountDownLatch joined) {
        for (int times = 0; ; times++) {
            try {
                domain.join(new Identity(
                                null, null, "node", SigningKey.generate(), Dict.of("join_code", (String) code)))
                        .close();
                joined.countDown();
            } catch (Exception refused) {
                return times;
            }
        }
    }

    @Test
    void roles_that_are_given_and_taken_at_once_are_one_of_those_that_were_given_or_none() throws Exception {
        String oid = domain.user("tossed@example.org").oid().toString();
        for (String[] row : new String[][] {
            {
                MREALM + "set_roles_on_mrealm_for_user",
                MREALM + "remove_roles_on_mrealm_for_user",
                MREALM + "list_roles_on_mrealm_for_user",
                realm("tossed")
            },
            {
                USER + "set_roles_on_organization_for_user",
                USER + "remove_roles_on_organization_for_user",
                USER + "list_roles_on_organization_for_user",
                (String) dict(root, USER + "create_organization", Map.of("name", "tossed"))
                        .get("oid")
            }
        }) {
            assertEquals(Map.of(OK, CLIENTS), crowd.all(i -> switch (i % 3) {
                case 0 -> new Request(row[1], row[3], oid);
                case 1 -> new Request(row[0], row[3], oid, List.of("developer", "guest"));
                default -> new Request(row[0], row[3], oid, List.of("operator"));
            }));
            List<?> held = ((List<?>) call(root, row[2], row[3]))
                    .stream()
                            .map(each -> (Map<?, ?>) each)
                            .filter(each -> oid.equals(each.get("user_oid")))
                            .map(each -> each.get("roles"))
                            .toList();
            assertTrue(
                    Set.of(List.of(), List.of(List.of("developer", "guest")), List.of(List.of("operator")))
                            .contains(held),
                    held.toString());
        }
    }

    @Test
    void of_a_log_that_a_hundred_cut_each_record_goes_once_and_the_rest_is_whole() throws Exception {
        String oid = realm("logged");
        for (int i = 0; i < CLIENTS; i++) {
            call(root, MREALM + "modify_mrealm", oid, Map.of("label", "l" + i));
        }
        long gone = 0;
        for (Object answer : crowd.answers(i -> new Request(OWN + "cut_audit", null, 10 + i))) {
            gone += (Long) answer;
        }
        Map<String, Object> verdict = dict(root, OWN + "verify_audit");
        assertEquals(true, verdict.get("ok"), verdict.toString());
        assertEquals(gone, (Long) verdict.get("first") - 1, verdict.toString());
    }
}
