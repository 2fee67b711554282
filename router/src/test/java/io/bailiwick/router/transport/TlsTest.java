package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.transport.tls.CertificateFiles;
import io.bailiwick.router.transport.tls.ListenerTls;
import io.bailiwick.router.transport.tls.ListenerTls.ClientCertificates;
import io.bailiwick.router.transport.tls.TlsStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS with a certificate authority of the test's own. */
@Conforms(Feature.TLS)
class TlsTest {
    @TempDir
    Path directory;

    private TestAuthority authority;

    @BeforeEach
    void found() throws Exception {
        authority = TestAuthority.create(directory, "authority");
    }

    private Site site(String host, TlsStack stack) throws Exception {
        return Site.tls(new ListenerTls(
                List.of(authority.issue(host)), ClientCertificates.NONE, stack, ListenerTls.Version.TLS_1_3));
    }

    private static Recorder connect(Site site, String scheme, String host, Optional<Path> trust) throws Exception {
        Recorder client = new Recorder();
        Endpoint endpoint = new Endpoint(scheme, host, site.port(), scheme.equals("wss") ? "/ws" : "");
        Link link = site.network
                .connector(endpoint, Format.CBOR, trust, Site.QUICK)
                .connect(client)
                .toCompletableFuture()
                .get(Recorder.PATIENCE, TimeUnit.SECONDS);
        client.link.complete(link);
        return client;
    }

    private static void assertRefused(Site site, String scheme, Optional<Path> trust) {
        ExecutionException failure =
                assertThrows(ExecutionException.class, () -> connect(site, scheme, "localhost", trust));
        IOException reason = assertInstanceOf(IOException.class, failure.getCause());
        assertInstanceOf(SSLException.class, reason.getCause(), reason.getMessage());
        assertTrue(site.accepted.isEmpty(), "the router must not see a link");
    }

    @ParameterizedTest
    @CsvSource({"wss, JDK", "rss, JDK", "wss, BOUNCY_CASTLE", "rss, BOUNCY_CASTLE"})
    void a_trusted_certificate_for_the_host_is_accepted_and_all_is_delivered(String scheme, TlsStack stack)
            throws Exception {
        try (Site site = site("localhost", stack)) {
            Recorder client = connect(site, scheme, "localhost", Optional.of(authority.file()));
            Recorder server = site.next();
            assertTrue(server.link().peer().tls());
            assertTrue(client.link().peer().tls());
            Message.Hello hello = new Message.Hello("r".repeat(60_000), Dict.EMPTY);
            client.link().send(hello);
            assertEquals(hello, server.next());
            Message.Abort abort = new Message.Abort(Dict.EMPTY, "wamp.error.no_such_realm");
            server.link().send(abort);
            server.link().close();
            assertEquals(abort, client.next());
            client.assertEndedInTheOrdinaryWay();
            server.assertEndedInTheOrdinaryWay();
        }
    }

    @ParameterizedTest
    @CsvSource({"wss, JDK", "rss, JDK", "wss, BOUNCY_CASTLE", "rss, BOUNCY_CASTLE"})
    void a_trusted_certificate_for_another_host_is_refused(String scheme, TlsStack stack) throws Exception {
        try (Site site = site("other.example", stack)) {
            assertRefused(site, scheme, Optional.of(authority.file()));
        }
    }

    @ParameterizedTest
    @CsvSource({"wss, JDK", "rss, JDK", "wss, BOUNCY_CASTLE", "rss, BOUNCY_CASTLE"})
    void a_certificate_of_another_authority_is_refused(String scheme, TlsStack stack) throws Exception {
        TestAuthority stranger = TestAuthority.create(directory, "stranger");
        try (Site site = site("localhost", stack)) {
            assertRefused(site, scheme, Optional.of(stranger.file()));
            assertRefused(site, scheme, Optional.empty());
        }
    }

    @ParameterizedTest
    @EnumSource
    void half_a_tls_handshake_is_closed_at_the_deadline(TlsStack stack) throws Exception {
        ListenerTls tls = new ListenerTls(
                List.of(authority.issue("localhost")), ClientCertificates.NONE, stack, ListenerTls.Version.TLS_1_3);
        ListenerOptions options = new ListenerOptions(
                "test", Endpoint.of("tls://127.0.0.1:0"), "/ws", Optional.of(tls), Site.limits(300, 0, 300));
        try (Site site = new Site(options, Recorder::new);
                RawPeer peer = site.raw()) {
            peer.sayHex("1603010200").assertClosedWithoutAWord();
        }
    }

    @Test
    void a_missing_or_broken_certificate_is_named() throws Exception {
        Path nothing = directory.resolve("nothing.pem");
        Path broken = Files.writeString(directory.resolve("broken.pem"), "no certificate");
        try (Network network = Network.open(OnEpoll.options(1))) {
            for (Path file : new Path[] {nothing, broken}) {
                ListenerOptions options = new ListenerOptions(
                        "test",
                        Endpoint.of("tls://127.0.0.1:0"),
                        "/ws",
                        Optional.of(ListenerTls.of(new CertificateFiles(file, file))),
                        Site.QUICK);
                IOException failure =
                        assertThrows(IOException.class, () -> network.listen(options, link -> new Recorder()));
                assertTrue(failure.getMessage().contains(file.toString()), failure.getMessage());
            }
        }
    }
}
