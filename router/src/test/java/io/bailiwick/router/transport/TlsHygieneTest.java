package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import io.bailiwick.router.transport.tls.TlsStack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a listener agrees to, and which certificate it shows. The clients are plain sockets of the JDK. */
@Conforms(Feature.TLS)
class TlsHygieneTest {
    @TempDir
    Path directory;

    private TestAuthority authority;

    @BeforeEach
    void found() throws Exception {
        authority = TestAuthority.create(directory, "authority");
    }

    private static Site site(TlsStack stack, CertificateFiles... certificates) throws Exception {
        return Site.tls(new ListenerTls(List.of(certificates), ClientCertificates.NONE, stack, Version.TLS_1_3));
    }

    private SSLSocket socket(Site site) throws Exception {
        KeyStore trust = KeyStore.getInstance(KeyStore.getDefaultType());
        trust.load(null, null);
        trust.setCertificateEntry("authority", TestAuthority.read(authority.file()));
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trust);
        // A context remembers sessions and asks for the host of the last one again.
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", site.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** The certificate shown to who asks for this host. */
    private X509Certificate shown(Site site, String host, String version) throws Exception {
        try (SSLSocket socket = socket(site)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(host)));
            parameters.setProtocols(new String[] {version});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    /** The octets of a ClientHello of TLS 1.2 or earlier that offers these suites, as OpenSSL would write it. */
    private static String hello(String version, String suites) {
        String groups = "000a000400020017" + "000b00020100";
        String signatures = "000d000a0008" + "0403080408050401";
        String extensions = groups + signatures + "00170000";
        String offered = suites + "00ff";
        String body = version + "11".repeat(32) + "00" + length(offered, 4) + offered + "0100" + length(extensions, 4)
                + extensions;
        String handshake = "01" + length(body, 6) + body;
        return "160301" + length(handshake, 4) + handshake;
    }

    private static String length(String hex, int digits) {
        return HexFormat.of().toHexDigits(hex.length() / 2, digits);
    }

    private static void assertAlert(Site site, String hello, int description) throws Exception {
        try (RawPeer peer = site.raw()) {
            byte[] answer = peer.sayHex(hello).hearAll();
            assertEquals(0x15, answer[0], "an alert");
            assertArrayEquals(new byte[] {2, (byte) description}, Arrays.copyOfRange(answer, 5, 7));
        }
    }

    @ParameterizedTest
    @EnumSource
    void suites_without_forward_secrecy_or_with_cbc_are_refused(TlsStack stack) throws Exception {
        CertificateFiles rsa = authority.issue("rsa.example", rsaKeys(), "SHA256withECDSA");
        try (Site site = site(stack, authority.issue("localhost"), rsa)) {
            String rsaKeyExchange = "009c009d002f0035003c003d";
            String cbc = "c009c00ac013c014c023c024c027c028";
            String finiteFields = "009e009f00330039";
            for (String suites : List.of(rsaKeyExchange, cbc, finiteFields)) {
                assertAlert(site, hello("0303", suites), 40);
            }
            try (RawPeer peer = site.raw()) {
                // The same hello with a suite that we speak is answered by a handshake.
                assertEquals("16", peer.sayHex(hello("0303", "c02bc02f")).hearHex(1));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void tls_1_1_is_refused(TlsStack stack) throws Exception {
        try (Site site = site(stack, authority.issue("localhost"))) {
            assertAlert(site, hello("0302", "c009c00ac013c014"), 70);
        }
    }

    @ParameterizedTest
    @EnumSource
    void nobody_negotiates_twice(TlsStack stack) throws Exception {
        try (Site site = site(stack, authority.issue("localhost"));
                SSLSocket socket = socket(site)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.getOutputStream().write(HexFormat.of().parseHex("7ff30000"));
            assertEquals(
                    "7fb30000", HexFormat.of().formatHex(socket.getInputStream().readNBytes(4)));
            Recorder server = site.next();
            assertThrows(IOException.class, () -> {
                socket.startHandshake();
                socket.getInputStream().readNBytes(4);
                throw new AssertionError("expected the second handshake to fail");
            });
            server.end();
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_application_protocol_is_http_or_none(TlsStack stack) throws Exception {
        try (Site site = site(stack, authority.issue("localhost"))) {
            try (SSLSocket socket = socket(site)) {
                applicationProtocols(socket, "h2", "http/1.1");
                socket.startHandshake();
                assertEquals("http/1.1", socket.getApplicationProtocol());
            }
            try (SSLSocket socket = socket(site)) {
                socket.startHandshake();
                assertEquals("", socket.getApplicationProtocol());
            }
            try (SSLSocket socket = socket(site)) {
                applicationProtocols(socket, "h2");
                assertThrows(IOException.class, socket::startHandshake);
            }
        }
    }

    private static void applicationProtocols(SSLSocket socket, String... protocols) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
    }

    @ParameterizedTest
    @CsvSource({"JDK, TLSv1.2", "JDK, TLSv1.3", "BOUNCY_CASTLE, TLSv1.2", "BOUNCY_CASTLE, TLSv1.3"})
    void a_client_gets_the_certificate_for_the_host_it_names_or_the_first(TlsStack stack, String version)
            throws Exception {
        CertificateFiles first = authority.issue("first.example");
        CertificateFiles rsa = authority.issue("rsa.example", rsaKeys(), "SHA256withECDSA");
        CertificateFiles wild = authority.issue("*.wild.example");
        try (Site site = site(stack, first, rsa, wild)) {
            assertEquals("CN=first.example", subject(shown(site, "first.example", version)));
            assertEquals("CN=rsa.example", subject(shown(site, "RSA.example", version)));
            assertEquals("CN=*.wild.example", subject(shown(site, "any.wild.example", version)));
            assertEquals("CN=first.example", subject(shown(site, "two.labels.wild.example", version)));
            assertEquals("CN=first.example", subject(shown(site, "unknown.example", version)));
        }
    }

    private static String subject(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }

    @ParameterizedTest
    @CsvSource({
        "EC, secp256r1, JDK",
        "EC, secp384r1, BOUNCY_CASTLE",
        "EC, secp521r1, BOUNCY_CASTLE",
        "RSA, 2048, JDK",
        "RSA, 2048, BOUNCY_CASTLE",
        "Ed25519, '', JDK",
        "Ed25519, '', BOUNCY_CASTLE"
    })
    void keys_of_every_usual_kind_serve_both_versions(String kind, String parameter, TlsStack stack) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
        if (kind.equals("EC")) {
            generator.initialize(new ECGenParameterSpec(parameter));
        } else if (kind.equals("RSA")) {
            generator.initialize(Integer.parseInt(parameter));
        }
        CertificateFiles files = authority.issue("localhost", generator.generateKeyPair(), "SHA256withECDSA");
        try (Site site = site(stack, files)) {
            assertEquals("CN=localhost", subject(shown(site, "localhost", "TLSv1.3")));
            assertEquals("CN=localhost", subject(shown(site, "localhost", "TLSv1.2")));
        }
    }

    private static KeyPair rsaKeys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2_048);
        return generator.generateKeyPair();
    }

    @ParameterizedTest
    @CsvSource({"EC, EC PRIVATE KEY", "RSA, RSA PRIVATE KEY"})
    void the_traditional_forms_of_keys_are_read_too(String kind, String label) throws Exception {
        KeyPair keys = kind.equals("EC") ? TestAuthority.keys() : rsaKeys();
        CertificateFiles files = authority.issue("localhost", keys, "SHA256withECDSA");
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(keys.getPrivate().getEncoded());
        byte[] traditional = info.parsePrivateKey().toASN1Primitive().getEncoded();
        if (kind.equals("EC")) {
            // OpenSSL writes the curve into the key itself.
            ECPrivateKey key = ECPrivateKey.getInstance(info.parsePrivateKey());
            traditional = new ECPrivateKey(
                            256, key.getKey(), info.getPrivateKeyAlgorithm().getParameters())
                    .getEncoded();
        }
        Files.writeString(
                files.key(),
                "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(traditional) + "\n-----END "
                        + label + "-----\n");
        try (Site site = site(TlsStack.JDK, files)) {
            assertEquals("CN=localhost", subject(shown(site, "localhost", "TLSv1.3")));
        }
    }

    @Test
    void a_key_with_a_password_or_of_another_certificate_is_named() throws Exception {
        CertificateFiles files = authority.issue("localhost");
        CertificateFiles other = authority.issue("other.example");
        IOException mixed = assertThrows(
                IOException.class, () -> site(TlsStack.JDK, new CertificateFiles(files.chain(), other.key())));
        assertTrue(mixed.getMessage().contains(other.key().toString()), mixed.getMessage());
        String secret = Base64.getEncoder().encodeToString("secret".getBytes(StandardCharsets.US_ASCII));
        Files.writeString(
                files.key(),
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + secret + "\n-----END ENCRYPTED PRIVATE KEY-----\n");
        IOException locked = assertThrows(IOException.class, () -> site(TlsStack.JDK, files));
        assertTrue(locked.getMessage().contains("password"), locked.getMessage());
        assertFalse(locked.getMessage().contains(secret), locked.getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void large_messages_pass_both_ways_and_a_reader_may_pause(TlsStack stack) throws Exception {
        ListenerTls tls =
                new ListenerTls(List.of(authority.issue("localhost")), ClientCertificates.NONE, stack, Version.TLS_1_3);
        try (Site site = Site.tls(tls, Site.sizes(1 << 20, 1 << 20, 1 << 20, 4 << 20))) {
            Recorder client = site.connect("localhost", ConnectorTls.trusting(Optional.of(authority.file())));
            Recorder server = site.next();
            for (int i = 0; i < 4; i++) {
                server.link().reading(i % 2 == 0);
                Message.Hello large = new Message.Hello("r".repeat(1_000_000 + i), Dict.EMPTY);
                client.link().send(large);
                server.link().send(large);
                assertEquals(large, client.next());
                server.link().reading(true);
                assertEquals(large, server.next());
            }
        }
    }
}
