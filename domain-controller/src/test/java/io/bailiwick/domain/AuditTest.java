package io.bailiwick.domain;

import static io.bailiwick.domain.SmallDomain.MREALM;
import static io.bailiwick.domain.SmallDomain.USER;
import static io.bailiwick.domain.SmallDomain.byName;
import static io.bailiwick.domain.SmallDomain.call;
import static io.bailiwick.domain.SmallDomain.dict;
import static io.bailiwick.domain.SmallDomain.refused;
import static io.bailiwick.domain.SmallDomain.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.audit.DomainAudit;
import io.bailiwick.domain.schema.AuditLine;
import io.bailiwick.domain.schema.User;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.cryptosign.SigningKey;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a domain, as its users see it over real sockets. */
class AuditTest {
    private static final String DOMAIN = "io.bailiwick.domain.";
    private static final String ALICE = "alice@example.org";
    private static final String BOB = "bob@example.org";

    @TempDir
    Path directory;

    private SmallDomain domain;
    private ClientSession superuser;
    private ClientSession alice;
    private ClientSession bob;
    private String bobOid;

    @BeforeEach
    void start() throws Exception {
        domain = new SmallDomain(directory);
        domain.user(ALICE);
        bobOid = domain.user(BOB).oid().toString();
        superuser = domain.join(User.SUPERUSER);
        alice = domain.join(ALICE);
        bob = domain.join(BOB);
    }

    @AfterEach
    void stop() {
        domain.close();
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(ClientSession session, Map<String, Object> filter) throws Exception {
        Map<String, Object> page = (Map<String, Object>) byName(session, DOMAIN + "list_audit", filter);
        return (List<Map<String, Object>>) page.get("records");
    }

    private static Map<String, Object> newest(ClientSession session, String action) throws Exception {
        return list(session, Map.of("action", action)).get(0);
    }

    private static String pubkey() {
        return SigningKey.generate().publicKey().hex();
    }

    @Test
    void a_record_tells_who_by_which_key_from_where_did_what_to_which_thing() throws Exception {
        Map<String, Object> realm = dict(alice, MREALM + "create_mrealm", Map.of("name", "plant", "label", "old"));
        dict(alice, MREALM + "modify_mrealm", realm.get("oid"), Map.of("label", "new"));
        Map<String, Object> record = newest(superuser, MREALM + "modify_mrealm");
        Map<?, ?> actor = (Map<?, ?>) record.get("actor");
        assertEquals(ALICE, actor.get("authid"));
        assertEquals("user", actor.get("authrole"));
        assertEquals(domain.key(ALICE).publicKey().hex(), actor.get("pubkey"));
        assertEquals(alice.id(), actor.get("session"));
        assertTrue(String.valueOf(actor.get("address")).startsWith("test tcp:127.0.0.1:"), actor.toString());
        assertEquals(dict(alice, USER + "get_user_by_email", ALICE).get("oid"), actor.get("user_oid"));
        assertEquals(Map.of("kind", "mrealm", "oid", realm.get("oid")), record.get("object"));
        assertEquals(List.of(realm.get("oid")), record.get("mrealms"));
        assertEquals(Map.of("label", "old"), record.get("before"));
        assertEquals(Map.of("label", "new"), record.get("after"));
        assertEquals("done", record.get("result"));
        assertEquals(
                "plant",
                ((Map<?, ?>) newest(superuser, MREALM + "create_mrealm").get("after")).get("name"));
    }

    @Test
    void what_changes_nothing_leaves_no_record() throws Exception {
        Map<String, Object> realm = dict(alice, MREALM + "create_mrealm", Map.of("name", "plant", "label", "same"));
        dict(alice, MREALM + "modify_mrealm", realm.get("oid"), Map.of("label", "same"));
        assertEquals(List.of(), list(superuser, Map.of("action", MREALM + "modify_mrealm")));
    }

    @Test
    void logins_are_recorded_with_the_key() throws Exception {
        String key = domain.key(BOB).publicKey().hex();
        // Nobody waits at the door for the record of a login.
        Map<String, Object> login = Fleet.until(
                "the record of a login",
                () -> list(superuser, Map.of("action", "io.bailiwick.audit.logged_in")).stream()
                        .filter(record -> key.equals(((Map<?, ?>) record.get("actor")).get("pubkey")))
                        .findFirst()
                        .orElse(null));
        assertEquals("cryptosign", ((Map<?, ?>) login.get("after")).get("authmethod"));
    }

    @Test
    void who_runs_a_realm_reads_what_is_about_it_and_others_what_they_did_themselves() throws Exception {
        Map<String, Object> realm = dict(alice, MREALM + "create_mrealm", Map.of("name", "plant"));
        Object oid = realm.get("oid");
        dict(superuser, MREALM + "pair_node", pubkey(), "plant", "n1", Map.of());
        call(alice, MREALM + "set_roles_on_mrealm_for_user", oid, bobOid, List.of("guest"));
        dict(bob, USER + "create_organization", Map.of("name", "bobs"));
        assertEquals(
                User.SUPERUSER, ((Map<?, ?>) newest(alice, MREALM + "pair_node").get("actor")).get("authid"));
        assertEquals(List.of(), list(alice, Map.of("action", USER + "create_organization")));
        for (Map<String, Object> seen : list(bob, Map.of())) {
            assertEquals(BOB, ((Map<?, ?>) seen.get("actor")).get("authid"), seen.toString());
        }
        assertEquals(
                1, list(bob, Map.of("action", USER + "create_organization")).size());
        assertEquals(List.of(), list(bob, Map.of("mrealm_oid", oid)));
        assertEquals(3, list(superuser, Map.of("mrealm_oid", oid)).size());
        // Who is made admin reads it all, from then on.
        call(alice, MREALM + "set_roles_on_mrealm_for_user", oid, bobOid, List.of("admin"));
        assertEquals(4, list(bob, Map.of("mrealm_oid", oid)).size());
        assertEquals(SmallDomain.NOT_AUTHORIZED, refused(alice, DOMAIN + "verify_audit"));
        assertEquals(SmallDomain.NOT_AUTHORIZED, refused(alice, DOMAIN + "get_audit_head"));
        assertEquals(SmallDomain.INVALID, refused(alice, DOMAIN + "list_audit", null, null, null, null, "yesterday"));
    }

    @Test
    void refusals_are_recorded_but_nobody_fills_the_log_with_them() throws Exception {
        Map<String, Object> realm = dict(alice, MREALM + "create_mrealm", Map.of("name", "plant"));
        for (int i = 0; i < 100; i++) {
            assertEquals(SmallDomain.NO_SUCH_OBJECT, refused(bob, MREALM + "delete_mrealm", realm.get("oid")));
        }
        List<Map<String, Object>> records = list(alice, Map.of("action", MREALM + "delete_mrealm"));
        assertTrue(records.size() <= 20 && records.size() >= 15, records.size() + " records");
        assertEquals(SmallDomain.NO_SUCH_OBJECT, records.get(0).get("result"));
        assertEquals(Map.of("named", List.of(realm.get("oid"))), records.get(0).get("object"));
    }

    @Test
    void what_is_refused_for_its_arguments_is_recorded_without_them_and_what_only_looks_is_not() throws Exception {
        Map<String, Object> realm = dict(alice, MREALM + "create_mrealm", Map.of("name", "plant"));
        // Too many, of a wrong type, and of a wrong form: none of them comes as far as a write.
        SmallDomain.invalid(alice, MREALM + "delete_mrealm", realm.get("oid"), true, "hunter2");
        SmallDomain.invalid(alice, MREALM + "pair_node", 7, "plant", "n1");
        SmallDomain.invalid(alice, MREALM + "pair_node", "hunter2", "plant", "n1");
        SmallDomain.invalid(alice, MREALM + "get_mrealm", "hunter2");
        List<Map<String, Object>> records = list(alice, Map.of("actor", ALICE)).stream()
                .filter(record -> record.get("result").equals(SmallDomain.INVALID))
                .toList();
        assertEquals(
                List.of(MREALM + "pair_node", MREALM + "pair_node", MREALM + "delete_mrealm"),
                records.stream().map(record -> record.get("action")).toList());
        assertEquals(Map.of("named", List.of(realm.get("oid"))), records.get(2).get("object"));
        assertEquals(
                domain.key(ALICE).publicKey().hex(), ((Map<?, ?>) records.get(2).get("actor")).get("pubkey"));
        assertFalse(records.toString().contains("hunter2"), records.toString());
    }

    @Test
    void a_flood_of_wrong_arguments_does_not_fill_the_log() throws Exception {
        for (int i = 0; i < 100; i++) {
            SmallDomain.invalid(bob, MREALM + "delete_mrealm");
        }
        int records =
                list(superuser, Map.of("action", MREALM + "delete_mrealm")).size();
        assertTrue(records >= 15 && records <= 21, records + " records");
    }

    @Test
    void a_hundred_at_once_leave_a_chain_with_exactly_what_was_done() throws Exception {
        List<CompletableFuture<Arguments>> calls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ClientSession session = i % 2 == 0 ? alice : superuser;
            // Each name is wanted by two: one of them is refused.
            calls.add(session.call(
                    USER + "create_organization", Arguments.of(Map.of("name", "o" + i / 2)), Duration.ofSeconds(60)));
        }
        Set<Object> done = new HashSet<>();
        for (CompletableFuture<Arguments> one : calls) {
            try {
                done.add(((Map<?, ?>) within(one).list().get(0)).get("oid"));
            } catch (ExecutionException lost) {
                assertTrue(lost.getMessage().contains("already_exists"), lost.getMessage());
            }
        }
        assertEquals(50, done.size());
        Map<String, Object> wanted = new HashMap<>(Map.of("forward", true, "limit", 500));
        List<Map<String, Object>> all = list(superuser, wanted);
        assertEquals(
                LongStream.rangeClosed(1, all.size()).boxed().toList(),
                all.stream().map(record -> record.get("seq")).toList());
        Set<Object> recorded = new HashSet<>();
        all.stream()
                .filter(record -> record.get("action").equals(USER + "create_organization")
                        && record.get("result").equals("done"))
                .forEach(record -> recorded.add(((Map<?, ?>) record.get("object")).get("oid")));
        assertEquals(done, recorded);
        assertNull(dict(superuser, DOMAIN + "verify_audit").get("fault"));
    }

    @Test
    void where_the_log_cannot_be_written_nothing_is_done() throws Exception {
        long after = domain.population.store.write(tx -> {
            long next = DomainAudit.of(domain.population.schema(), Clock.systemUTC())
                            .head(tx)
                            .seq()
                    + 1;
            domain.population.schema().auditLog.insert(tx, next, new AuditLine("{}"));
            return next;
        });
        assertThrows(
                ExecutionException.class, () -> call(alice, USER + "create_organization", Map.of("name", "never")));
        assertEquals(List.of(), call(alice, USER + "list_organizations", true));
        Map<String, Object> verdict = dict(superuser, DOMAIN + "verify_audit");
        assertEquals(false, verdict.get("ok"));
        assertEquals(after, ((Map<?, ?>) verdict.get("fault")).get("seq"));
    }

    @Test
    void the_superuser_has_the_oldest_removed_and_the_rest_is_whole() throws Exception {
        for (int i = 0; i < 30; i++) {
            dict(alice, USER + "create_organization", Map.of("name", "o" + i));
        }
        Map<String, Object> kept = dict(superuser, DOMAIN + "get_audit_head");
        assertEquals(SmallDomain.NOT_AUTHORIZED, refused(alice, DOMAIN + "cut_audit", null, 10));
        assertEquals(SmallDomain.INVALID, refused(superuser, DOMAIN + "cut_audit", 0));
        assertTrue((Long) call(superuser, DOMAIN + "cut_audit", null, 10) > 20);
        assertEquals(0L, call(superuser, DOMAIN + "cut_audit", 1, 10));
        Map<String, Object> verdict =
                dict(superuser, DOMAIN + "verify_audit", null, null, kept.get("seq"), kept.get("hash"));
        assertNull(verdict.get("fault"), verdict.toString());
        assertTrue((Long) verdict.get("first") > 20, verdict.toString());
        assertEquals(
                User.SUPERUSER,
                ((Map<?, ?>) newest(superuser, DOMAIN + "cut_audit").get("actor")).get("authid"));
    }

    @Test
    void nothing_secret_is_in_it() throws Exception {
        Map<String, Object> realm = dict(alice, MREALM + "create_mrealm", Map.of("name", "plant"));
        Map<String, Object> extra = Map.of("wifi", "hunter2-of-the-plant", "cluster_ip", "10.0.0.1");
        Map<String, Object> node = dict(alice, MREALM + "pair_node", pubkey(), "plant", "n1", extra);
        dict(
                alice,
                MREALM + "modify_node",
                node.get("oid"),
                Map.of("authextra", Map.of("wifi", "hunter3-of-the-plant")));
        dict(alice, MREALM + "replace_node_key", node.get("oid"), pubkey());
        dict(alice, MREALM + "delete_mrealm", realm.get("oid"), true);
        String log = domain.population.store.read(tx -> {
            StringBuilder all = new StringBuilder();
            domain.population
                    .schema()
                    .auditLog
                    .all(tx)
                    .forEach(row -> all.append(row.row().text()));
            return all.toString();
        });
        assertFalse(log.contains("of-the-plant"), log);
        assertTrue(log.contains("\"wifi\":\"(withheld)\""), log);
        assertTrue(log.contains("cluster_ip"), log);
    }
}
