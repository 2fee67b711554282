package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP side of the shared port: one request, to become a WebSocket. */
class HttpRequestTest {
    private static final String GOOD = RawPeer.upgrade("wamp.2.json");

    private Site site;

    @BeforeEach
    void listen() throws Exception {
        site = Site.tcp(Site.QUICK);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private String answer(String request) throws Exception {
        try (RawPeer peer = site.raw().sayText(request)) {
            return new String(peer.hearAll(), StandardCharsets.UTF_8);
        }
    }

    private String head(String request) throws Exception {
        try (RawPeer peer = site.raw().sayText(request)) {
            return peer.hearHead().toLowerCase(Locale.ROOT);
        }
    }

    @Test
    void an_upgrade_is_accepted_with_the_digest_of_the_key() throws Exception {
        String head = head(GOOD);
        assertTrue(head.startsWith("http/1.1 101 "));
        // The key and the answer of RFC 6455, section 1.3.
        assertTrue(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"));
        assertTrue(head.contains("sec-websocket-protocol: wamp.2.json\r\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wamp.2.cbor.batched, wamp.2.cbor, wamp.2.msgpack, wamp.2.json|wamp.2.cbor.batched",
                "wamp.2.ubjson.batched,wamp.2.json|wamp.2.json",
                "mqtt , wamp.2.msgpack|wamp.2.msgpack",
                "wamp.2.json\\r\\nSec-WebSocket-Protocol: wamp.2.cbor|wamp.2.json"
            })
    @Conforms(Feature.SUBPROTOCOL_CHOICE)
    void the_first_offered_subprotocol_that_is_ours_is_taken(String offered, String taken) throws Exception {
        assertTrue(head(RawPeer.upgrade(offered.replace("\\r\\n", "\r\n")))
                .contains("sec-websocket-protocol: " + taken + "\r\n"));
    }

    @Test
    @Conforms(Feature.SUBPROTOCOL_CHOICE)
    void no_subprotocol_of_ours_is_answered_with_400() throws Exception {
        assertTrue(answer(RawPeer.upgrade("wamp.2.ubjson")).startsWith("HTTP/1.1 400 "));
        String none = answer(GOOD.replace("Sec-WebSocket-Protocol: wamp.2.json\r\n", ""));
        assertTrue(none.startsWith("HTTP/1.1 400 "));
        assertTrue(none.contains("wamp.2.json, wamp.2.msgpack, wamp.2.cbor, wamp.2.json.batched, "));
    }

    @Test
    void compression_is_not_agreed_upon_by_default() throws Exception {
        String head = head(GOOD.replace(
                "Upgrade: websocket",
                "Upgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"));
        assertTrue(head.startsWith("http/1.1 101 "));
        assertFalse(head.contains("sec-websocket-extensions"));
    }

    @ParameterizedTest
    @CsvSource({
        "GET /ws, 426",
        "GET /ws?x=1, 426",
        "GET /, 404",
        "GET /ws/, 404",
        "GET http://localhost/ws, 404",
        "POST /ws, 405",
        "DELETE /other, 404"
    })
    void other_requests_get_a_short_text_and_the_end(String request, int status) throws Exception {
        String answer = answer(request + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        assertTrue(answer.toLowerCase(Locale.ROOT).contains("connection: close\r\n"), answer);
        assertTrue(answer.endsWith(".\n"), answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5",
                "Content-Length: 0\r\nContent-Length: 5",
                "Transfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "Host: other",
                "Broken header",
                "Sec-WebSocket-Key: AAAA",
            })
    void what_could_be_smuggled_is_answered_with_400(String header) throws Exception {
        String answer = answer(GOOD.replace("Connection: Upgrade", "Connection: Upgrade\r\n" + header));
        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dGhlIHNhbXBsZSBub25j", "not base64 at all", "AAAA"})
    void a_key_that_is_not_16_octets_is_answered_with_400(String key) throws Exception {
        assertTrue(answer(GOOD.replace(RawPeer.KEY, key)).startsWith("HTTP/1.1 400 "));
    }

    @Test
    void a_second_request_behind_the_first_is_answered_with_400() throws Exception {
        assertTrue(answer(GOOD + GOOD).startsWith("HTTP/1.1 400 "));
        assertEquals(0, site.accepted.size());
    }

    @Test
    void frames_that_do_not_wait_for_the_answer_are_answered_with_400() throws Exception {
        try (RawPeer peer = site.raw()) {
            byte[] request = GOOD.getBytes(StandardCharsets.US_ASCII);
            byte[] frame = RawPeer.text("[1,\"realm1\",{}]\r\n\r\n");
            byte[] both = Arrays.copyOf(request, request.length + frame.length);
            System.arraycopy(frame, 0, both, request.length, frame.length);
            peer.say(both);
            assertFalse(peer.hearHead().contains(" 101 "));
        }
    }

    @Test
    void version_8_is_told_of_version_13() throws Exception {
        String head = head(GOOD.replace("Version: 13", "Version: 8"));
        assertTrue(head.startsWith("http/1.1 426 "));
        assertTrue(head.contains("sec-websocket-version: 13\r\n"));
    }

    @Test
    void lines_and_headers_have_bounds() throws Exception {
        assertTrue(answer("GET /" + "x".repeat(5_000) + " HTTP/1.1\r\nHost: a\r\n\r\n")
                .startsWith("HTTP/1.1 414 "));
        assertTrue(answer(GOOD.replace("Upgrade: websocket", "X: " + "x".repeat(9_000) + "\r\nUpgrade: websocket"))
                .startsWith("HTTP/1.1 431 "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\u007f", "G", "GET /ws HTTP/1.1\r\nHost: loc"})
    void half_a_request_is_closed_at_the_deadline(String half) throws Exception {
        try (Site strict = Site.tcp(Site.limits(300, 0, 500));
                RawPeer peer = strict.raw()) {
            long start = System.nanoTime();
            peer.sayText(half);
            String answer = new String(peer.hearAll(), StandardCharsets.UTF_8);
            assertTrue(half.startsWith("G") ? answer.startsWith("HTTP/1.1 408 ") : answer.isEmpty(), answer);
            long millis = (System.nanoTime() - start) / 1_000_000;
            assertTrue(millis >= 200 && millis < 5_000, "closed after " + millis + " ms");
        }
    }

    @Test
    void dripping_octets_do_not_move_the_deadline() throws Exception {
        try (Site strict = Site.tcp(Site.limits(500, 0, 500));
                RawPeer peer = strict.raw()) {
            peer.socket().setSoTimeout(20);
            long start = System.nanoTime();
            boolean open = true;
            for (int i = 0; open && i < GOOD.length(); i++) {
                try {
                    peer.sayText(GOOD.substring(i, i + 1));
                    // The first octet of the answer 408, or the end.
                    peer.socket().getInputStream().read();
                    open = false;
                } catch (SocketTimeoutException e) {
                    open = true;
                } catch (IOException e) {
                    open = false;
                }
            }
            assertFalse(open);
            assertTrue((System.nanoTime() - start) / 1_000_000 < 5_000);
        }
    }
}
