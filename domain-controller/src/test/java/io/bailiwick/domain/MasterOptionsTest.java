package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.config.FaultyFileException;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.tls.CertificateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MasterOptionsTest {
    @TempDir
    Path directory;

    private Path file;

    private MasterOptions load(String yaml) throws IOException {
        file = Files.writeString(directory.resolve("master.yaml"), yaml);
        return MasterOptions.load(file);
    }

    /** What is wrong with a file, without its path. */
    private String wrong(String yaml) {
        String text = assertThrows(FaultyFileException.class, () -> load(yaml)).getMessage();
        assertTrue(text.startsWith(file + ":"), text);
        return text.substring(file.toString().length() + 1);
    }

    @Test
    void an_empty_file_means_the_defaults_with_the_data_beside_it() throws IOException {
        assertEquals(MasterOptions.of(directory.resolve("data")), load(""));
        assertEquals(MasterOptions.of(directory.resolve("data")), load("# nothing\n"));
    }

    @Test
    void the_default_listener_is_on_loopback_and_lets_nobody_in_without_a_key() {
        MasterOptions.Listener listener =
                MasterOptions.of(directory).listeners().get(0);
        assertEquals(Endpoint.of("tcp://127.0.0.1:9000"), listener.endpoint());
        assertEquals("/ws", listener.webSocketPath());
        assertEquals(false, listener.anonymous());
    }

    @Test
    void everything_can_be_said_and_paths_are_relative_to_the_file() throws IOException {
        MasterOptions options = load("""
                data: store
                listeners:
                  - endpoint: tls://0.0.0.0:443
                    websocket_path: /wamp
                    certificate: chain.pem
                    key: /etc/key.pem
                    anonymous: true
                  - endpoint: tcp://127.0.0.1:0
                superusers: [admin.pub]
                start_deadline: 5
                max_realms: 7
                max_realms_owned: 2
                max_concurrent_starts: 3
                """);
        assertEquals(directory.resolve("store"), options.data());
        assertEquals(
                List.of(
                        new MasterOptions.Listener(
                                Endpoint.of("tls://0.0.0.0:443"),
                                "/wamp",
                                Optional.of(
                                        new CertificateFiles(directory.resolve("chain.pem"), Path.of("/etc/key.pem"))),
                                true),
                        MasterOptions.Listener.at(Endpoint.of("tcp://127.0.0.1:0"))),
                options.listeners());
        assertEquals(List.of(directory.resolve("admin.pub")), options.superusers());
        assertEquals(Duration.ofSeconds(5), options.startDeadline());
        assertEquals(7, options.maxRealms());
        assertEquals(2, options.maxRealmsOwned());
        assertEquals(3, options.maxConcurrentStarts());
    }

    @Test
    void a_name_that_is_not_known_is_refused_with_its_place_and_the_one_that_was_probably_meant() {
        String text = wrong("data: x\nlisteners:\n  - endpoint: tcp://127.0.0.1:0\n    anonimous: true\n");
        assertTrue(text.startsWith("4:5: "), text);
        assertTrue(text.endsWith("but found \"anonimous\"; did you mean \"anonymous\"?"), text);
        text = wrong("xyzzy: 1\n");
        assertTrue(text.startsWith("1:1: expected one of admin_socket, audit, backups, controllers, "), text);
        assertTrue(text.endsWith("but found \"xyzzy\""), text);
    }

    @Test
    void a_value_of_the_wrong_type_is_refused_with_its_place() {
        assertEquals("1:7: expected text, but found a number", wrong("data: 17\n"));
        assertEquals("1:17: expected a whole number from 1 to 600, but found text", wrong("start_deadline: \"20\"\n"));
        assertEquals("1:13: expected a whole number from 1 to 10000, but found 0", wrong("max_realms: 0\n"));
        assertEquals("1:12: expected a list, but found text", wrong("listeners: tcp://127.0.0.1:0\n"));
        assertEquals("1:12: expected at least one listener, but found none", wrong("listeners: []\n"));
        assertEquals(
                "3:16: expected true or false, but found text",
                wrong("listeners:\n  - endpoint: tcp://127.0.0.1:0\n    anonymous: \"yes\"\n"));
        assertEquals("1:1: expected a mapping, but found a list", wrong("- data\n"));
    }

    @Test
    void an_endpoint_that_cannot_be_listened_at_is_refused() {
        assertTrue(wrong("listeners:\n  - endpoint: nonsense\n").startsWith("2:15: expected an endpoint"));
        assertTrue(wrong("listeners:\n  - endpoint: ws://127.0.0.1:1/ws\n").startsWith("2:15: expected tcp://"));
        assertTrue(wrong("listeners:\n  - websocket_path: /ws\n").startsWith("2:5: expected \"endpoint\" here"));
    }

    @Test
    void a_certificate_belongs_to_tls_and_tls_needs_one() {
        assertTrue(wrong("listeners:\n  - endpoint: tls://127.0.0.1:0\n").contains("expected \"certificate\" here"));
        assertTrue(wrong("listeners:\n  - endpoint: tcp://127.0.0.1:0\n    key: k.pem\n")
                .contains("expected certificate and key at a tls endpoint only"));
    }

    @Test
    void a_path_of_upgrades_begins_with_a_slash() {
        assertEquals(
                "3:21: expected a path that begins with /, but found another",
                wrong("listeners:\n  - endpoint: tcp://127.0.0.1:0\n    websocket_path: ws\n"));
    }

    @Test
    void what_is_said_twice_is_refused() {
        assertTrue(wrong("data: x\ndata: y\n").startsWith("2:"), wrong("data: x\ndata: y\n"));
    }

    @Test
    void what_is_not_yaml_is_refused_with_its_place() {
        assertTrue(wrong("data: [x\n").contains("expected YAML"), wrong("data: [x\n"));
        assertTrue(
                wrong("data: x\n---\ndata: y\n").startsWith("3:1: expected one document"),
                wrong("data: x\n---\ndata: y\n"));
    }

    @Test
    void a_file_that_is_not_there_is_said_to_be_so() {
        assertThrows(IOException.class, () -> MasterOptions.load(directory.resolve("none.yaml")));
    }
}
