package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.transport.tls.CertificateFiles;
import io.bailiwick.router.transport.tls.ConnectorTls;
import io.bailiwick.router.transport.tls.ListenerTls;
import io.bailiwick.router.transport.tls.ListenerTls.ClientCertificates;
import io.bailiwick.router.transport.tls.ListenerTls.Version;
import io.bailiwick.router.transport.tls.TlsServer;
import io.bailiwick.router.transport.tls.TlsStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Certificates are renewed while the listener runs. */
@Conforms(Feature.TLS)
class CertificateReloadTest {
    @TempDir
    Path directory;

    private TestAuthority authority;
    private CertificateFiles files;

    @BeforeEach
    void found() throws Exception {
        authority = TestAuthority.create(directory, "authority");
        files = authority.issue("localhost");
    }

    private Site site(TlsStack stack) throws Exception {
        return Site.tls(new ListenerTls(List.of(files), ClientCertificates.NONE, stack, Version.TLS_1_3));
    }

    private Recorder connect(Site site) throws Exception {
        return site.connect("localhost", ConnectorTls.trusting(Optional.of(authority.file())));
    }

    /** What tells which certificate a new connection gets. */
    private byte[] served(Site site) throws Exception {
        Recorder client = connect(site);
        byte[] endPoint =
                client.link().peer().security().bindings("tls-server-end-point").get(0);
        client.link().close();
        site.next();
        return endPoint;
    }

    private byte[] written() throws Exception {
        return MessageDigest.getInstance("SHA-256")
                .digest(TestAuthority.read(files.chain()).getEncoded());
    }

    @ParameterizedTest
    @EnumSource
    void new_handshakes_use_the_new_certificate_and_open_connections_stay(TlsStack stack) throws Exception {
        try (Site site = site(stack)) {
            Recorder client = connect(site);
            Recorder server = site.next();
            byte[] before = written();
            authority.issue("localhost");
            site.listening.reloadCertificate();
            assertArrayEquals(written(), served(site));
            Message.Hello hello = new Message.Hello("r", Dict.EMPTY);
            client.link().send(hello);
            assertEquals(hello, server.next());
            assertArrayEquals(
                    before,
                    server.link()
                            .peer()
                            .security()
                            .bindings("tls-server-end-point")
                            .get(0));
        }
    }

    @Test
    void a_changed_file_is_noticed_by_a_connection_that_comes_in() throws Exception {
        try (Site site = site(TlsStack.JDK)) {
            byte[] before = served(site);
            authority.issue("localhost");
            byte[] wanted = written();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Recorder.PATIENCE);
            byte[] after = before;
            while (!MessageDigest.isEqual(wanted, after) && System.nanoTime() < end) {
                after = served(site);
            }
            assertArrayEquals(wanted, after);
        }
    }

    @Test
    void a_bad_new_file_leaves_the_certificate_in_use_and_says_why() throws Exception {
        try (Site site = site(TlsStack.JDK)) {
            byte[] before = served(site);
            List<TlsServer.Validity> validities = site.listening.certificates();
            String good = Files.readString(files.chain());
            Files.writeString(files.chain(), "no certificate");
            IOException failure = assertThrows(IOException.class, site.listening::reloadCertificate);
            assertTrue(failure.getMessage().contains(files.chain().toString()), failure.getMessage());
            assertArrayEquals(before, served(site));
            assertEquals(validities, site.listening.certificates());
            Files.writeString(files.chain(), good);
            site.listening.reloadCertificate();
            assertArrayEquals(before, served(site));
        }
    }

    @Test
    void a_new_chain_waits_for_its_new_key() throws Exception {
        String oldKey = Files.readString(files.key());
        try (Site site = site(TlsStack.JDK)) {
            byte[] before = served(site);
            authority.issue("localhost");
            String newKey = Files.readString(files.key());
            Files.writeString(files.key(), oldKey);
            IOException failure = assertThrows(IOException.class, site.listening::reloadCertificate);
            assertTrue(failure.getMessage().contains("cannot be used together"), failure.getMessage());
            assertArrayEquals(before, served(site));
            Files.writeString(files.key(), newKey);
            site.listening.reloadCertificate();
            assertArrayEquals(written(), served(site));
        }
    }

    @Test
    void the_validity_of_the_certificates_in_use_can_be_asked() throws Exception {
        try (Site site = site(TlsStack.JDK)) {
            X509Certificate certificate = TestAuthority.read(files.chain());
            assertEquals(
                    List.of(new TlsServer.Validity(
                            "CN=localhost",
                            certificate.getNotBefore().toInstant(),
                            certificate.getNotAfter().toInstant())),
                    site.listening.certificates());
        }
        try (Site site = Site.tcp(Site.QUICK)) {
            site.listening.reloadCertificate();
            assertEquals(List.of(), site.listening.certificates());
        }
    }

    @Test
    void the_new_file_of_the_authorities_of_clients_counts() throws Exception {
        TestAuthority fleet = TestAuthority.create(directory, "fleet");
        TestAuthority successor = TestAuthority.create(directory, "successor");
        Optional<CertificateFiles> node = Optional.of(successor.issue("node-1"));
        ConnectorTls options = new ConnectorTls(Optional.of(authority.file()), node);
        ClientCertificates clients =
                new ClientCertificates(ClientCertificates.Mode.REQUIRED, Optional.of(fleet.file()));
        try (Site site = Site.tls(new ListenerTls(List.of(files), clients, TlsStack.JDK, Version.TLS_1_3))) {
            assertThrows(Exception.class, () -> site.connect("localhost", options));
            Files.writeString(fleet.file(), Files.readString(successor.file()));
            site.listening.reloadCertificate();
            site.connect("localhost", options);
            assertNotEquals(
                    Optional.empty(), site.next().link().peer().security().clientCertificate());
        }
    }
}
