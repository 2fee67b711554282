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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with the links of a file is said, with line and column. */
class RouterLinkFaultTest {
    private static final String GOOD = String.join(
            "\n",
            "listeners: [{endpoint: \"tcp://127.0.0.1:0\"}]", // 1
            "realms:", // 2
            "  - name: shop", // 3
            "    roles: [{name: rlink}]", // 4
            "    rlinks:", // 5
            "      - name: north", // 6
            "        url: rss://north.example.com:8443", // 7
            "        login: {method: ticket, authid: south, secret_file: link.secret}", // 8
            "        hops: 3", // 9
            "        out: {topics: [{uri: com.shop., match: prefix}]}", // 10
            "        reconnect: {first_ms: 100, most_ms: 1000}", // 11
            "");

    @TempDir
    Path directory;

    private Ground ground;

    @BeforeEach
    void ground() throws IOException {
        ground = new Ground(directory);
        ground.secret("link.secret", "hunter2");
    }

    @AfterEach
    void leave() {
        ground.close();
    }

    @Test
    void a_link_without_faults_is_ok() throws IOException {
        ground.write(GOOD);
        assertEquals(new Ground.Run(0, "OK\n", ""), ground.check());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{name: rlink}] | [{name: link}] | :6:15: expected a role rlink in realm shop, whose rules say what links may"
                        + " do here, but found none",
                "name: north | nome: north | :6:9: expected one of format, hops, in, login, name, out, pending_calls, realm,"
                        + " reconnect, transit, trust, url, but found \"nome\"; did you mean \"name\"?",
                "rss:// | tls:// | :7:14: expected ws://host:port/path, wss://host:port/path, rs://host:port, rss://host:port"
                        + " or unix:/path, but found scheme tls",
                "rss:// | rs:// | :8:25: expected wss, rss or a socket of this machine for a ticket, which is sent as it is,"
                        + " but found rs",
                "method: ticket | method: tickt | :8:25: expected one of cryptosign, scram, ticket, wamp-scram, wampcra,"
                        + " but found \"tickt\"",
                "authid: south, | '' | :8:16: expected \"authid\" here, but found none",
                "secret_file: link.secret | secret: hunter2 | :8:48: expected one of authid, key, method, router_key,"
                        + " secret_file, but found \"secret\"",
                "method: ticket | method: cryptosign | :8:65: expected no secret_file with method cryptosign, but found one",
                "hops: 3 | hops: 65 | :9:15: expected a whole number from 1 to 64, but found 65",
                "hops: 3 | trust: none.pem | :9:16: expected a file that can be read, but found",
                "[{uri: com.shop., match: prefix}] | [] | :10:23: expected at least one of the topics, or events: false,"
                        + " but found none",
                "com.shop., | com shop., | :10:30: expected a URI, or a pattern for match prefix, but found \"com shop.\"",
                "most_ms: 1000 | most_ms: 10 | :11:20: expected values that fit together, but found others: expected a first"
                        + " wait from 1 ms and a longest one no shorter, but found 100 and 10",
            })
    void a_fault_is_told(String right, String wrong, String fault) throws IOException {
        assertTrue(GOOD.contains(right), right);
        ground.write(GOOD.replace(right, wrong));
        Ground.Run checked = ground.check();
        assertEquals(78, checked.code(), checked.out());
        assertTrue(checked.err().contains(ground.file + fault), () -> fault + " is missing in\n" + checked.err());
        assertFalse(checked.err().contains("hunter2"), checked.err());
    }

    @Test
    void two_links_of_a_realm_have_two_names_and_what_is_trusted_belongs_to_encryption() throws IOException {
        ground.write(GOOD + """
                      - name: north
                        url: ws://127.0.0.1:8080/ws
                        trust: link.secret
                        login: {method: ticket, authid: south, secret_file: link.secret}
                """);
        String told = ground.check().err();
        assertTrue(told.contains(":12:15: expected a name of its own for each link of a realm"), told);
        ground.write(GOOD.replace("rss://", "rs://").replace("hops: 3", "trust: link.secret"));
        told = ground.check().err();
        assertTrue(told.contains(":9:16: expected trust: at a URL wss:// or rss:// only, but found it at"), told);
    }
}
