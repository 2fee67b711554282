package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.link.ChannelSecurity;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.transport.tls.CertificateFiles;
import io.bailiwick.router.transport.tls.ConnectorTls;
import io.bailiwick.router.transport.tls.ListenerTls;
import io.bailiwick.router.transport.tls.ListenerTls.ClientCertificates;
import io.bailiwick.router.transport.tls.ListenerTls.Version;
import io.bailiwick.router.transport.tls.TlsStack;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the two ends of a TLS connection know that nobody between them can have. */
@Conforms(Feature.CHANNEL_BINDING)
class ChannelBindingTest {
    /** JDK 25 is the first that can export keying material. */
    private static final boolean JDK_EXPORTS = Runtime.version().feature() >= 25;

    @TempDir
    Path directory;

    private TestAuthority authority;

    @BeforeEach
    void found() throws Exception {
        authority = TestAuthority.create(directory, "authority");
    }

    private Site site(CertificateFiles certificate, TlsStack stack, Version newest) throws Exception {
        return Site.tls(new ListenerTls(List.of(certificate), ClientCertificates.NONE, stack, newest));
    }

    private Site site(TlsStack stack, Version newest) throws Exception {
        return site(authority.issue("localhost"), stack, newest);
    }

    private Recorder connect(Site site) throws Exception {
        return site.connect("localhost", ConnectorTls.trusting(Optional.of(authority.file())));
    }

    private static List<String> bindings(Recorder end, String type) throws Exception {
        return end.link().peer().security().bindings(type).stream()
                .map(HexFormat.of()::formatHex)
                .toList();
    }

    private static String hex(byte[] octets) {
        return HexFormat.of().formatHex(octets);
    }

    @ParameterizedTest
    @CsvSource({"JDK, TLS_1_2", "JDK, TLS_1_3", "BOUNCY_CASTLE, TLS_1_2", "BOUNCY_CASTLE, TLS_1_3"})
    void both_ends_agree_on_the_server_end_point(TlsStack stack, Version newest) throws Exception {
        try (Site site = site(stack, newest)) {
            Recorder client = connect(site);
            List<String> server = bindings(site.next(), "tls-server-end-point");
            assertEquals(1, server.size());
            assertEquals(server, bindings(client, "tls-server-end-point"));
        }
    }

    @ParameterizedTest
    @CsvSource({"SHA256withECDSA, SHA-256", "SHA384withECDSA, SHA-384", "SHA512withECDSA, SHA-512"})
    void the_server_end_point_is_the_hash_that_the_certificate_was_signed_with(String signature, String hash)
            throws Exception {
        CertificateFiles certificate = authority.issue("localhost", TestAuthority.keys(), signature);
        String expected = hex(MessageDigest.getInstance(hash)
                .digest(TestAuthority.read(certificate.chain()).getEncoded()));
        for (TlsStack stack : TlsStack.values()) {
            try (Site site = site(certificate, stack, Version.TLS_1_3)) {
                connect(site);
                assertEquals(List.of(expected), bindings(site.next(), "tls-server-end-point"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void both_ends_agree_on_the_exporter_where_the_stack_can_export(Version newest) throws Exception {
        for (TlsStack stack : TlsStack.values()) {
            try (Site site = site(stack, newest)) {
                Recorder client = connect(site);
                Recorder server = site.next();
                assertEquals(
                        JDK_EXPORTS ? 1 : 0, bindings(client, "tls-exporter").size());
                assertEquals(
                        JDK_EXPORTS || stack == TlsStack.BOUNCY_CASTLE ? 1 : 0,
                        bindings(server, "tls-exporter").size());
                if (JDK_EXPORTS) {
                    assertEquals(bindings(server, "tls-exporter"), bindings(client, "tls-exporter"));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void bouncy_castle_exports_on_every_jdk(Version newest) throws Exception {
        try (Site site = site(TlsStack.BOUNCY_CASTLE, newest);
                BouncyCastlePeer peer = new BouncyCastlePeer(site.port(), newest == Version.TLS_1_3, true)) {
            assertEquals(32, peer.exporter.length);
            assertEquals(List.of(hex(peer.exporter)), bindings(site.next(), "tls-exporter"));
        }
    }

    @Test
    void unique_is_the_finished_of_the_client_and_that_of_the_server_since_clients_disagree() throws Exception {
        try (Site site = site(TlsStack.BOUNCY_CASTLE, Version.TLS_1_3);
                BouncyCastlePeer peer = new BouncyCastlePeer(site.port(), false, true)) {
            assertEquals(12, peer.clientFinished.length);
            assertEquals(
                    List.of(hex(peer.clientFinished), hex(peer.serverFinished)), bindings(site.next(), "tls-unique"));
        }
    }

    @Test
    void unique_is_undefined_from_tls_1_3_on() throws Exception {
        try (Site site = site(TlsStack.BOUNCY_CASTLE, Version.TLS_1_3);
                BouncyCastlePeer peer = new BouncyCastlePeer(site.port(), true, true)) {
            assertEquals(List.of(hex(peer.exporter)), bindings(site.next(), "tls-exporter"));
            connect(site);
            assertEquals(List.of(), bindings(site.next(), "tls-unique"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void without_the_extended_master_secret_nothing_of_the_session_is_a_binding(TlsStack stack) throws Exception {
        try (Site site = site(stack, Version.TLS_1_2);
                BouncyCastlePeer peer = new BouncyCastlePeer(site.port(), false, false)) {
            assertEquals(12, peer.clientFinished.length);
            Recorder server = site.next();
            assertEquals(List.of(), bindings(server, "tls-unique"));
            assertEquals(List.of(), bindings(server, "tls-exporter"));
            assertEquals(1, bindings(server, "tls-server-end-point").size());
        }
    }

    @Test
    void no_two_connections_have_the_same_bindings() throws Exception {
        try (Site site = site(TlsStack.BOUNCY_CASTLE, Version.TLS_1_2);
                BouncyCastlePeer one = new BouncyCastlePeer(site.port(), false, true);
                BouncyCastlePeer other = new BouncyCastlePeer(site.port(), false, true)) {
            assertNotEquals(hex(one.exporter), hex(other.exporter));
            Recorder first = site.next();
            Recorder second = site.next();
            assertNotEquals(bindings(first, "tls-exporter"), bindings(second, "tls-exporter"));
            assertNotEquals(bindings(first, "tls-unique"), bindings(second, "tls-unique"));
        }
    }

    @Test
    void the_jdk_never_tells_a_finished_message() throws Exception {
        try (Site site = site(TlsStack.JDK, Version.TLS_1_2)) {
            Recorder client = connect(site);
            assertEquals(List.of(), bindings(client, "tls-unique"));
            assertEquals(List.of(), bindings(site.next(), "tls-unique"));
        }
    }

    @Test
    void there_is_nothing_to_bind_to_without_tls_and_by_unknown_names() throws Exception {
        try (Site site = Site.tcp(Site.QUICK)) {
            Recorder client = site.connect("rs", Format.CBOR);
            assertEquals(ChannelSecurity.NONE, client.link().peer().security());
            assertEquals(ChannelSecurity.NONE, site.next().link().peer().security());
        }
        try (Site site = site(TlsStack.JDK, Version.TLS_1_3)) {
            assertEquals(List.of(), bindings(connect(site), "tls-unknown"));
        }
    }
}
