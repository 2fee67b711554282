package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.transport.tls.CertificateFiles;
import io.bailiwick.router.transport.tls.ListenerTls;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

    @ParameterizedTest
    @CsvSource({
        "tcp://127.0.0.1:0, tcp, 127.0.0.1, 0, ''",
        "tls://0.0.0.0:8443, tls, 0.0.0.0, 8443, ''",
        "tcp://[::1]:8080, tcp, ::1, 8080, ''",
        "ws://localhost:9000/ws, ws, localhost, 9000, /ws",
        "wss://[fe80::1]:9000/a/b?c=d, wss, fe80::1, 9000, /a/b?c=d",
        "rs://example.com:9001, rs, example.com, 9001, ''",
        "rss://example.com:9001, rss, example.com, 9001, ''",
        "unix:/run/bailiwick/sock, unix, '', -1, /run/bailiwick/sock"
    })
    void a_url_is_taken_apart_and_put_together_again(String url, String scheme, String host, int port, String path) {
        Endpoint endpoint = Endpoint.of(url);
        assertEquals(new Endpoint(scheme, host, port, path), endpoint);
        assertEquals(url, endpoint.toString());
    }

    @Test
    void ws_and_wss_have_default_ports_and_a_default_path() {
        assertEquals("ws://example.com:80/", Endpoint.of("ws://example.com").toString());
        assertEquals("wss://[::1]:443/ws", Endpoint.of("wss://[::1]/ws").toString());
    }

    @ParameterizedTest
    @CsvSource({
        "http://a:1, starts with tcp://",
        "a:1, starts with tcp://",
        "tcp://a, a port from 0 to 65535",
        "tcp://a:, a port from 0 to 65535",
        "tcp://a:x, a port from 0 to 65535",
        "tcp://a:65536, found 65536",
        "tcp://a:-1, a port from 0 to 65535",
        "rs://a:0, a port from 1 to 65535",
        "tcp://:1, a host name or an address",
        "tcp://::1:80, an IPv6 address in brackets",
        "tcp://[::1:80, no closing bracket",
        "tcp://[::1]80, other characters after the host",
        "tcp://a:1/, no path",
        "rs://a:1/x, no path",
        "ws://me@a:1/, a user name",
        "ws://a:1/x#y, without a fragment",
        "unix:relative, unix:/absolute/path",
        "unix:///x, unix:/absolute/path",
        "unix:, unix:/absolute/path"
    })
    void an_error_names_what_was_expected(String url, String expected) {
        String message = assertThrows(IllegalArgumentException.class, () -> Endpoint.of(url))
                .getMessage();
        assertTrue(message.contains(expected), message);
        assertTrue(message.contains("but found"), message);
    }

    @Test
    void a_listener_needs_an_endpoint_to_listen_on_and_a_certificate_with_tls_only() {
        assertThrows(IllegalArgumentException.class, () -> Site.options("ws://localhost:1/ws", Site.QUICK));
        assertThrows(IllegalArgumentException.class, () -> Site.options("tls://localhost:1", Site.QUICK));
        Optional<ListenerTls> tls =
                Optional.of(ListenerTls.of(new CertificateFiles(Path.of("chain.pem"), Path.of("key.pem"))));
        assertThrows(
                IllegalArgumentException.class,
                () -> new ListenerOptions("a", Endpoint.of("tcp://localhost:1"), "/ws", tls, Site.QUICK));
        assertThrows(
                IllegalArgumentException.class,
                () -> new ListenerOptions("a", Endpoint.of("tcp://localhost:1"), "ws", Optional.empty(), Site.QUICK));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 511, (1 << 24) + 1})
    void the_message_limit_has_bounds(int maxMessage) {
        assertThrows(IllegalArgumentException.class, () -> Site.sizes(maxMessage, 1, 1, 1));
    }
}
