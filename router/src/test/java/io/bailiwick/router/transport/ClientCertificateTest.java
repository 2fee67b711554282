package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.link.ChannelSecurity.ClientCertificate;
import io.bailiwick.router.transport.tls.CertificateFiles;
import io.bailiwick.router.transport.tls.ConnectorTls;
import io.bailiwick.router.transport.tls.ListenerTls;
import io.bailiwick.router.transport.tls.ListenerTls.ClientCertificates;
import io.bailiwick.router.transport.tls.ListenerTls.ClientCertificates.Mode;
import io.bailiwick.router.transport.tls.ListenerTls.Version;
import io.bailiwick.router.transport.tls.TlsStack;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that prove who they are by a certificate. */
@Conforms(Feature.TLS_CERTIFICATE)
class ClientCertificateTest {
    @TempDir
    Path directory;

    private TestAuthority authority;
    private TestAuthority fleet;

    @BeforeEach
    void found() throws Exception {
        authority = TestAuthority.create(directory, "authority");
        fleet = TestAuthority.create(directory, "fleet");
    }

    private Site site(TlsStack stack, Version newest, Mode mode) throws Exception {
        ClientCertificates clients = new ClientCertificates(mode, Optional.of(fleet.file()));
        return Site.tls(new ListenerTls(List.of(authority.issue("localhost")), clients, stack, newest));
    }

    private ConnectorTls with(Optional<CertificateFiles> certificate) {
        return new ConnectorTls(Optional.of(authority.file()), certificate);
    }

    private static Optional<ClientCertificate> shown(Site site) throws Exception {
        return site.next().link().peer().security().clientCertificate();
    }

    private static String fingerprint(String algorithm, CertificateFiles files) throws Exception {
        byte[] encoded = TestAuthority.read(files.chain()).getEncoded();
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(encoded));
    }

    @ParameterizedTest
    @CsvSource({
        "JDK, TLS_1_2, REQUIRED",
        "JDK, TLS_1_3, OPTIONAL",
        "BOUNCY_CASTLE, TLS_1_2, OPTIONAL",
        "BOUNCY_CASTLE, TLS_1_3, REQUIRED"
    })
    void a_certificate_of_a_trusted_authority_is_told_with_its_fingerprints(TlsStack stack, Version newest, Mode mode)
            throws Exception {
        CertificateFiles node = fleet.issue("node-1");
        try (Site site = site(stack, newest, mode)) {
            Recorder client = site.connect("localhost", with(Optional.of(node)));
            assertEquals(
                    Optional.of(new ClientCertificate(
                            "CN=node-1", "CN=fleet", fingerprint("SHA-256", node), fingerprint("SHA-1", node))),
                    shown(site));
            assertEquals(
                    Optional.empty(), client.link().peer().security().clientCertificate(), "the router is no client");
        }
    }

    @ParameterizedTest
    @CsvSource({"JDK, TLS_1_2", "JDK, TLS_1_3", "BOUNCY_CASTLE, TLS_1_2", "BOUNCY_CASTLE, TLS_1_3"})
    void who_has_none_is_let_in_where_it_is_optional_and_refused_where_it_is_required(TlsStack stack, Version newest)
            throws Exception {
        try (Site site = site(stack, newest, Mode.OPTIONAL)) {
            site.connect("localhost", with(Optional.empty()));
            assertEquals(Optional.empty(), shown(site));
        }
        try (Site site = site(stack, newest, Mode.REQUIRED)) {
            assertRefused(site, Optional.empty());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "JDK, TLS_1_2, REQUIRED",
        "JDK, TLS_1_3, OPTIONAL",
        "BOUNCY_CASTLE, TLS_1_2, OPTIONAL",
        "BOUNCY_CASTLE, TLS_1_3, REQUIRED"
    })
    void a_certificate_of_another_authority_is_refused(TlsStack stack, Version newest, Mode mode) throws Exception {
        try (Site site = site(stack, newest, mode)) {
            assertRefused(site, Optional.of(authority.issue("node-1")));
        }
    }

    private void assertRefused(Site site, Optional<CertificateFiles> certificate) {
        assertThrows(ExecutionException.class, () -> site.connect("localhost", with(certificate)));
        assertTrue(site.accepted.isEmpty(), "the router must not see a link");
    }

    @Test
    void authorities_are_named_exactly_where_clients_are_asked() {
        Optional<Path> file = Optional.of(fleet.file());
        assertThrows(IllegalArgumentException.class, () -> new ClientCertificates(Mode.NONE, file));
        assertThrows(IllegalArgumentException.class, () -> new ClientCertificates(Mode.OPTIONAL, Optional.empty()));
        assertThrows(IllegalArgumentException.class, () -> new ClientCertificates(Mode.REQUIRED, Optional.empty()));
    }
}
