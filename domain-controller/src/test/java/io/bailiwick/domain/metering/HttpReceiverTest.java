package io.bailiwick.domain.metering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.bailiwick.domain.mail.MailCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpReceiverTest {
    @TempDir
    Path directory;

    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server;

    @AfterEach
    void close() {
        if (server != null) {
            server.stop(0);
        }
    }

    private void answer(HttpExchange exchange, int status, String retryAfter) throws IOException {
        requests.incrementAndGet();
        exchange.getRequestBody().readAllBytes();
        if (!retryAfter.isEmpty()) {
            exchange.getResponseHeaders().set("Retry-After", retryAfter);
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private int start(HttpServer started, int status, String retryAfter) {
        server = started;
        server.createContext("/usage", exchange -> answer(exchange, status, retryAfter));
        server.start();
        return server.getAddress().getPort();
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private CompletableFuture<Void> send(String url, Optional<Path> trust) throws IOException {
        return new HttpReceiver(new MeteringOptions.Receiver(URI.create(url), trust, Duration.ofSeconds(5), 1))
                .take(new byte[] {1}, Map.of("X-Test", "1"));
    }

    private String https(MailCertificates certificates, String host) throws Exception {
        HttpsServer tls = HttpsServer.create(loopback(), 0);
        tls.setHttpsConfigurator(new HttpsConfigurator(certificates.server(host)));
        return "https://localhost:" + start(tls, 200, "") + "/usage";
    }

    private static Throwable failure(CompletableFuture<Void> sent) {
        return assertThrows(ExecutionException.class, () -> sent.get(10, TimeUnit.SECONDS))
                .getCause();
    }

    @Test
    void certificates_are_checked_against_those_that_were_named() throws Exception {
        MailCertificates certificates = MailCertificates.create(directory);
        String url = https(certificates, "localhost");
        send(url, Optional.of(certificates.authority())).get(10, TimeUnit.SECONDS);
        assertEquals(1, requests.get());
        assertInstanceOf(
                SSLException.class, failure(send(url, Optional.empty())), "the JVM does not know the authority");
        assertEquals(1, requests.get());
    }

    @Test
    void the_host_must_be_that_of_the_certificate() throws Exception {
        MailCertificates certificates = MailCertificates.create(directory);
        String url = https(certificates, "elsewhere.example.org");
        assertInstanceOf(SSLException.class, failure(send(url, Optional.of(certificates.authority()))));
        assertEquals(0, requests.get());
    }

    @Test
    void a_file_without_certificates_is_told_at_the_start() throws Exception {
        Path none = Files.writeString(directory.resolve("none.pem"), "nothing");
        assertThrows(IOException.class, () -> send("https://localhost/usage", Optional.of(none)));
    }

    @Test
    void a_pause_that_is_asked_for_is_told_within_an_hour() throws Exception {
        String url = "http://127.0.0.1:" + start(HttpServer.create(loopback(), 0), 503, "7") + "/usage";
        UsageReceiver.NotTaken refused =
                assertInstanceOf(UsageReceiver.NotTaken.class, failure(send(url, Optional.empty())));
        assertEquals(Optional.of(Duration.ofSeconds(7)), refused.pause());
        assertTrue(String.valueOf(refused.getMessage()).contains("503"));
        server.stop(0);
        url = "http://127.0.0.1:" + start(HttpServer.create(loopback(), 0), 429, "999999999") + "/usage";
        refused = assertInstanceOf(UsageReceiver.NotTaken.class, failure(send(url, Optional.empty())));
        assertEquals(Optional.of(Duration.ofHours(1)), refused.pause());
        server.stop(0);
        url = "http://127.0.0.1:" + start(HttpServer.create(loopback(), 0), 500, "Fri, 01 Jan 2100 00:00:00 GMT")
                + "/usage";
        refused = assertInstanceOf(UsageReceiver.NotTaken.class, failure(send(url, Optional.empty())));
        assertEquals(Optional.empty(), refused.pause());
    }
}
