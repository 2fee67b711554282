package io.bailiwick.router.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a file is said, all of it, with line and column. */
class FaultTest {
    private static final String GOOD = String.join(
            "\n",
            "listeners:", // 1
            "  - name: web", // 2
            "    endpoint: tcp://127.0.0.1:0", // 3
            "    bridges:", // 4
            "      - {realm: shop, publish_path: /publish, anonymous: true}", // 5
            "    webhooks:", // 6
            "      - {path: /hook, realm: shop, topic: com.shop.hook, authid: hook, role: clerk, secret: s3}", // 7
            "realms:", // 8
            "  - name: shop", // 9
            "    roles:", // 10
            "      - name: clerk", // 11
            "        rules:", // 12
            "          - {uri: com.shop., match: prefix, allow: [call]}", // 13
            "    principals:", // 14
            "      - authid: alice", // 15
            "        role: clerk", // 16
            "        wampcra: {secret_file: alice.secret}", // 17
            "");

    @TempDir
    Path directory;

    private Ground ground;

    @BeforeEach
    void ground() throws IOException {
        ground = new Ground(directory);
        ground.secret("alice.secret", "hers");
    }

    @AfterEach
    void leave() {
        ground.close();
    }

    private void expect(String yaml, String... faults) throws IOException {
        ground.write(yaml);
        Ground.Run checked = ground.check();
        assertEquals(78, checked.code(), checked.out());
        for (String fault : faults) {
            assertTrue(checked.err().contains(ground.file + fault), () -> fault + " is missing in\n" + checked.err());
        }
        assertEquals(faults.length, checked.err().lines().count(), checked.err());
    }

    @Test
    void a_file_without_faults_is_ok() throws IOException {
        ground.write(GOOD);
        assertEquals(new Ground.Run(0, "OK\n", ""), ground.check());
    }

    @Test
    void every_fault_is_told_with_line_and_column_and_a_guess() throws IOException {
        expect(
                GOOD.replace("publish_path", "publish_paht")
                        .replace("match: prefix", "match: prefx")
                        .replace("role: clerk\n", "role: clark\n")
                        .replace("name: web", "nome: web"),
                ":2:5: expected one of authenticators, bridges, compression, cookie, endpoint, http, limits, long_poll,"
                        + " name, origins, tls, webhooks, websocket_path, but found \"nome\"; did you mean \"name\"?",
                ":5:23: expected one of anonymous, bounds, call_path, publish_path, realm, signed, tickets,"
                        + " but found \"publish_paht\"; did you mean \"publish_path\"?",
                ":5:9: expected values that fit together, but found others: bridge: expected a path to publish or to"
                        + " call, but found neither",
                ":13:37: expected one of exact, prefix, wildcard, but found \"prefx\"",
                ":16:15: expected a role of realm shop, but found \"clark\"");
    }

    @Test
    void what_is_named_must_be_there() throws IOException {
        expect(
                GOOD.replace("realm: shop, topic", "realm: shoop, topic")
                        .replace("    bridges:", "    authenticators: [{by: users}]\n    bridges:"),
                ":4:27: expected one of static, which this file has, but found \"users\"",
                ":8:30: expected a realm of this file, but found \"shoop\"");
    }

    @Test
    void a_secret_that_others_may_read_is_refused_and_not_told() throws IOException {
        Ground.mode(directory.resolve("alice.secret"), "rw-r-----");
        ground.write(GOOD);
        Ground.mode(ground.file, "rw-r--r--");
        Ground.Run checked = ground.check();
        assertEquals(78, checked.code());
        assertTrue(
                checked.err()
                        .contains(":17:32: expected mode rw------- of " + directory.resolve("alice.secret")
                                + " (only its owner may read a secret), but found mode rw-r-----"),
                checked.err());
        assertTrue(
                checked.err()
                        .contains("expected mode rw------- of the file that a secret stands in, or secret_file:,"
                                + " but found mode rw-r--r--"),
                checked.err());
        assertFalse(checked.err().contains("hers") || checked.err().contains("s3"), checked.err());
    }

    @Test
    void two_listeners_realms_roles_or_authids_of_one_name_are_refused() throws IOException {
        expect(
                GOOD.replace("realms:", "  - {name: web, endpoint: \"tcp://127.0.0.1:0\"}\nrealms:")
                                .replace("    principals:", "      - {name: clerk}\n    principals:")
                        + "      - {authid: alice, role: clerk}\n"
                        + "  - {name: shop}\n",
                ":8:12: expected a name of its own for each listener, but found \"web\" again",
                ":15:9: expected each role once, but found \"clerk\" again",
                ":20:18: expected each authid once, but found \"alice\" again",
                ":21:12: expected each realm once, but found \"shop\" again");
    }

    @Test
    void what_is_no_yaml_is_refused() throws IOException {
        expect("listeners: [", ":1:13: expected YAML, but found while parsing a flow node");
    }

    @Test
    void a_ticket_must_be_a_hash_and_is_not_told() throws IOException {
        ground.write(GOOD.replace("wampcra: {secret_file: alice.secret}", "ticket: hunter2"));
        Ground.Run checked = ground.check();
        assertEquals(78, checked.code());
        assertTrue(checked.err().contains(":17:17: expected values that fit together"), checked.err());
        assertFalse(checked.err().contains("hunter2"), checked.err());
    }
}
