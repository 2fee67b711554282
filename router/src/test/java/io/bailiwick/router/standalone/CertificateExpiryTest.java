package io.bailiwick.router.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.standalone.config.RouterOptions;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.TestAuthority;
import io.bailiwick.router.transport.tls.TlsServer.Validity;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Those who watch the router learn in time that a certificate is going to expire. */
class CertificateExpiryTest {
    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    private static final String FILE = """
            management: {endpoint: "tcp://127.0.0.1:0"}
            listeners:
              - {name: plain, endpoint: "tcp://127.0.0.1:0"}
              - name: encrypted
                endpoint: tls://127.0.0.1:0
                tls: {certificates: [{certificate: localhost.pem, key: localhost.key}]}
            realms:
              - {name: shop, roles: [{name: clerk}]}
            """;

    @TempDir
    Path directory;

    private Ground ground;
    private TestAuthority authority;

    @BeforeEach
    void found() throws Exception {
        ground = new Ground(directory);
        authority = TestAuthority.create(directory, "authority");
    }

    @AfterEach
    void leave() {
        ground.close();
    }

    private static HttpResponse<String> page(StandaloneRouter router, String path) throws Exception {
        Endpoint management = router.endpoints().get("management");
        URI uri = URI.create("http://127.0.0.1:" + management.port() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static double gauge(StandaloneRouter router) throws Exception {
        String name = "bailiwick_tls_certificate_not_after_seconds{listener=\"encrypted\"} ";
        String line = page(router, "/metrics")
                .body()
                .lines()
                .filter(each -> each.startsWith(name))
                .findFirst()
                .orElseThrow();
        return Double.parseDouble(line.substring(name.length()));
    }

    @Test
    void the_end_of_a_certificate_is_a_metric_and_one_that_is_near_is_a_warning_of_a_router_that_stays_ready()
            throws Exception {
        Instant soon = NOW.plus(Duration.ofDays(13));
        authority.issue("localhost", soon);
        try (StandaloneRouter router = StandaloneRouter.start(RouterOptions.load(ground.write(FILE)))) {
            assertEquals((double) soon.getEpochSecond(), gauge(router));
            HttpResponse<String> ready = page(router, "/readyz");
            assertEquals(200, ready.statusCode());
            assertEquals(
                    "ok\nlistener encrypted: the certificate expires at " + soon,
                    ready.body().strip());
            Instant later = NOW.plus(Duration.ofDays(20));
            authority.issue("localhost", later);
            router.reload(RouterOptions.load(ground.file));
            assertEquals((double) later.getEpochSecond(), gauge(router));
            assertEquals("ok", page(router, "/readyz").body().strip());
        }
    }

    @Test
    void a_router_runs_with_an_expired_certificate_and_says_so() throws Exception {
        Instant past = NOW.minusSeconds(60);
        authority.issue("localhost", past);
        try (StandaloneRouter router = StandaloneRouter.start(RouterOptions.load(ground.write(FILE)))) {
            HttpResponse<String> ready = page(router, "/readyz");
            assertEquals(200, ready.statusCode());
            assertTrue(
                    ready.body().contains("listener encrypted: the certificate has expired at " + past), ready.body());
        }
    }

    @Test
    void a_warning_comes_fourteen_days_before_the_end() {
        assertEquals(
                Optional.empty(), Validity.warning(NOW.plus(Duration.ofDays(14)).plusSeconds(1), NOW));
        assertEquals(
                Optional.of("the certificate expires at " + NOW.plus(Duration.ofDays(14))),
                Validity.warning(NOW.plus(Duration.ofDays(14)), NOW));
        assertEquals(Optional.of("the certificate has expired at " + NOW), Validity.warning(NOW, NOW));
    }
}
