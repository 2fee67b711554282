package io.bailiwick.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.message.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeFileTest {
    @TempDir
    Path directory;

    private NodeOptions read(String text) throws IOException {
        return NodeOptions.read(Files.writeString(directory.resolve("node.yaml"), text), directory);
    }

    private void refused(String text, String place, String what) {
        String message =
                assertThrows(InvalidOptionsException.class, () -> read(text)).getMessage();
        assertTrue(message.startsWith(directory.resolve("node.yaml") + ":" + place + ": "), message);
        assertTrue(message.contains(what), message);
    }

    @Test
    void everything_can_be_told_in_a_file() throws IOException {
        NodeOptions options = read("""
                # a comment
                url:
                  - wss://domain.example.com:9000/ws
                  - rs://127.0.0.1:9001
                trust: ca.pem
                format: json
                heartbeat:
                  startup_delay_ms: 0
                  period_ms: 250
                """);
        assertEquals(
                List.of("wss://domain.example.com:9000/ws", "rs://127.0.0.1:9001"),
                options.urls().stream().map(Object::toString).toList());
        assertEquals(Optional.of(directory.resolve("ca.pem")), options.trust());
        assertEquals(Format.JSON, options.format());
        assertEquals(Duration.ZERO, options.startupDelay());
        assertEquals(Duration.ofMillis(250), options.period());
    }

    @Test
    void a_url_is_enough() throws IOException {
        assertEquals(NodeOptions.of(directory, "ws://127.0.0.1:9000/ws"), read("url: ws://127.0.0.1:9000/ws"));
    }

    @Test
    void complaints_name_line_and_column() {
        refused(
                "url: ws://a:1/ws\nurls: x\n",
                "2:1",
                "expected one of format, heartbeat, join_code_file, name, trust, url, but found \"urls\"");
        refused("url: ws://a:1/ws\nheartbeat:\n  period_ms: soon\n", "3:14", "expected a whole number");
        refused("url: ws://a:1/ws\nheartbeat:\n  period_ms: 0\n", "3:14", "but found 0");
        refused("url: ws://a:1/ws\nheartbeat: 5\n", "2:12", "expected a mapping, but found a number");
        refused("format: xml\nurl: ws://a:1/ws", "1:9", "expected json, msgpack or cbor, but found xml");
        refused("url: [ws://a:1/ws, 7]", "1:20", "expected text, but found a number");
        refused("url: http://a:1/", "1:6", "expected a URL");
        refused("url: ws://a:1/ws\nurl: ws://a:1/ws", "2:1", "expected each name once");
        refused("- a", "1:1", "expected a mapping, but found a list");
        refused("trust: ca.pem\n", "1:1", "expected \"url\" here, but found none");
    }

    @Test
    void a_file_that_is_not_there_is_told() {
        assertThrows(NoSuchFileException.class, () -> NodeOptions.read(directory.resolve("no.yaml"), directory));
    }
}
