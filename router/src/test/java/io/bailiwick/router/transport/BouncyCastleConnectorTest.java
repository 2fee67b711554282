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
import io.bailiwick.router.transport.frame.Subprotocol;
import io.bailiwick.router.transport.tls.CertificateFiles;
import io.bailiwick.router.transport.tls.ConnectorTls;
import io.bailiwick.router.transport.tls.ListenerTls;
import io.bailiwick.router.transport.tls.ListenerTls.ClientCertificates;
import io.bailiwick.router.transport.tls.ListenerTls.ClientCertificates.Mode;
import io.bailiwick.router.transport.tls.ListenerTls.Version;
import io.bailiwick.router.transport.tls.TlsStack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Our connectors over Bouncy Castle's TLS: as careful as over that of the JDK, with all channel bindings. */
@Conforms(Feature.TLS)
class BouncyCastleConnectorTest {
    @TempDir
    Path directory;

    private TestAuthority authority;

    @BeforeEach
    void found() throws Exception {
        authority = TestAuthority.create(directory, "authority");
    }

    private Site site(CertificateFiles certificate, TlsStack stack) throws Exception {
        return Site.tls(new ListenerTls(List.of(certificate), ClientCertificates.NONE, stack, Version.TLS_1_3));
    }

    private ConnectorTls trusting(Optional<Path> trust) {
        return ConnectorTls.trusting(trust).by(TlsStack.BOUNCY_CASTLE, Version.TLS_1_3);
    }

    private static Recorder connect(Site site, String scheme, String host, ConnectorTls tls) throws Exception {
        Recorder client = new Recorder();
        Endpoint endpoint = new Endpoint(scheme, host, site.port(), scheme.equals("wss") ? "/ws" : "");
        Link link = site.network
                .connector(endpoint, new Subprotocol(Format.CBOR, false), false, tls, Site.QUICK)
                .connect(client)
                .toCompletableFuture()
                .get(Recorder.PATIENCE, TimeUnit.SECONDS);
        client.link.complete(link);
        return client;
    }

    private static String refusal(Site site, String host, ConnectorTls tls) {
        ExecutionException failure = assertThrows(ExecutionException.class, () -> connect(site, "rss", host, tls));
        IOException reason = assertInstanceOf(IOException.class, failure.getCause());
        assertInstanceOf(SSLException.class, reason.getCause(), reason.getMessage());
        assertTrue(site.accepted.isEmpty(), "the router must not see a link");
        return reason.getMessage();
    }

    private static List<String> bindings(Recorder end, String type) throws Exception {
        return end.link().peer().security().bindings(type).stream()
                .map(HexFormat.of()::formatHex)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"wss, JDK, TLS_1_2", "wss, BOUNCY_CASTLE, TLS_1_3", "rss, JDK, TLS_1_3", "rss, BOUNCY_CASTLE, TLS_1_2"})
    void all_is_delivered_both_ways_in_order(String scheme, TlsStack server, Version newest) throws Exception {
        try (Site site = site(authority.issue("localhost"), server)) {
            ConnectorTls tls =
                    ConnectorTls.trusting(Optional.of(authority.file())).by(TlsStack.BOUNCY_CASTLE, newest);
            Recorder client = connect(site, scheme, "localhost", tls);
            Recorder accepted = site.next();
            Message.Hello hello = new Message.Hello("r".repeat(60_000), Dict.EMPTY);
            client.link().send(hello);
            client.link().send(new Message.Hello("second", Dict.EMPTY));
            assertEquals(hello, accepted.next());
            assertEquals(new Message.Hello("second", Dict.EMPTY), accepted.next());
            Message.Abort abort =
                    new Message.Abort(Dict.of("message", "x".repeat(200_000)), "wamp.error.no_such_realm");
            accepted.link().send(abort);
            accepted.link().close();
            assertEquals(abort, client.next());
            client.assertEndedInTheOrdinaryWay();
            accepted.assertEndedInTheOrdinaryWay();
        }
    }

    @ParameterizedTest
    @EnumSource
    void both_ends_agree_on_all_bindings(Version newest) throws Exception {
        try (Site site = site(authority.issue("localhost"), TlsStack.BOUNCY_CASTLE)) {
            Recorder client = connect(
                    site,
                    "rss",
                    "localhost",
                    ConnectorTls.trusting(Optional.of(authority.file())).by(TlsStack.BOUNCY_CASTLE, newest));
            Recorder server = site.next();
            for (String type : List.of("tls-exporter", "tls-server-end-point", "tls-unique")) {
                assertEquals(bindings(server, type), bindings(client, type), type);
            }
            assertEquals(1, bindings(client, "tls-exporter").size());
            assertEquals(1, bindings(client, "tls-server-end-point").size());
            assertEquals(
                    newest == Version.TLS_1_2 ? 2 : 0,
                    bindings(client, "tls-unique").size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void who_is_not_trusted_or_is_another_host_is_refused(TlsStack server) throws Exception {
        TestAuthority stranger = TestAuthority.create(directory, "stranger");
        try (Site site = site(authority.issue("localhost"), server)) {
            String untrusted = "expected a certificate of a trusted authority";
            assertTrue(refusal(site, "localhost", trusting(Optional.of(stranger.file())))
                    .contains(untrusted));
            assertTrue(refusal(site, "localhost", trusting(Optional.empty())).contains(untrusted));
            assertTrue(refusal(site, "127.0.0.1", trusting(Optional.of(authority.file())))
                    .contains("expected a certificate for 127.0.0.1"));
        }
        try (Site site = site(authority.issue("other.example"), server)) {
            assertTrue(refusal(site, "localhost", trusting(Optional.of(authority.file())))
                    .contains("expected a certificate for localhost"));
        }
    }

    @Test
    void an_expired_certificate_is_refused() throws Exception {
        CertificateFiles expired = authority.issue("localhost", Instant.now().minusSeconds(60));
        try (Site site = site(expired, TlsStack.JDK)) {
            refusal(site, "localhost", trusting(Optional.of(authority.file())));
        }
    }

    @Test
    void a_certificate_may_be_for_an_address() throws Exception {
        try (Site site = site(authority.issueForAddress("127.0.0.1"), TlsStack.JDK)) {
            connect(site, "rss", "127.0.0.1", trusting(Optional.of(authority.file())));
        }
    }

    @ParameterizedTest
    @CsvSource({"JDK, TLS_1_2", "JDK, TLS_1_3", "BOUNCY_CASTLE, TLS_1_2", "BOUNCY_CASTLE, TLS_1_3"})
    void the_client_proves_its_certificate_where_it_is_asked(TlsStack stack, Version newest) throws Exception {
        TestAuthority fleet = TestAuthority.create(directory, "fleet");
        ClientCertificates clients = new ClientCertificates(Mode.REQUIRED, Optional.of(fleet.file()));
        try (Site site = Site.tls(new ListenerTls(List.of(authority.issue("localhost")), clients, stack, newest))) {
            Optional<Path> trust = Optional.of(authority.file());
            ConnectorTls with = new ConnectorTls(
                    trust, Optional.of(fleet.issue("node-1")), TlsStack.BOUNCY_CASTLE, Version.TLS_1_3);
            connect(site, "rss", "localhost", with);
            assertEquals(
                    "CN=node-1",
                    site.next()
                            .link()
                            .peer()
                            .security()
                            .clientCertificate()
                            .orElseThrow()
                            .subject());
            assertThrows(ExecutionException.class, () -> connect(site, "rss", "localhost", trusting(trust)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rss", "wss"})
    void a_server_that_says_nothing_or_hangs_up_ends_the_attempt(String scheme) throws Exception {
        ListenerOptions.Limits hasty = Site.limits(300, 0, 300);
        try (Network network = Network.open(1);
                ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Endpoint endpoint = new Endpoint(scheme, "127.0.0.1", silent.getLocalPort(), "");
            for (boolean hangsUp : new boolean[] {false, true}) {
                var attempt = network.connector(
                                endpoint,
                                new Subprotocol(Format.CBOR, false),
                                false,
                                trusting(Optional.of(authority.file())),
                                hangsUp ? Site.QUICK : hasty)
                        .connect(new Recorder())
                        .toCompletableFuture();
                Socket accepted = silent.accept();
                if (hangsUp) {
                    accepted.close();
                }
                ExecutionException failure =
                        assertThrows(ExecutionException.class, () -> attempt.get(Recorder.PATIENCE, TimeUnit.SECONDS));
                assertTrue(failure.getMessage().contains("expected"), failure.getMessage());
                accepted.close();
            }
        }
    }
}
