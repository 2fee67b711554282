package io.bailiwick.router.transport.tls;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

/** A certificate is for the hosts that its alternative names say, and for no others. */
class ServerIdentityTest {
    private static X509Certificate certificate(GeneralName... names) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair keys = generator.generateKeyPair();
        X500Name subject = new X500Name("CN=subject.example.com");
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                subject,
                BigInteger.ONE,
                Date.from(Instant.now()),
                Date.from(Instant.now().plusSeconds(60)),
                subject,
                keys.getPublic());
        if (names.length > 0) {
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        }
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    }

    private static X509Certificate dns(String... names) throws Exception {
        return certificate(Stream.of(names)
                .map(name -> new GeneralName(GeneralName.dNSName, name))
                .toArray(GeneralName[]::new));
    }

    @Test
    void a_name_is_equal_whatever_its_case_and_with_or_without_the_last_dot() throws Exception {
        X509Certificate certificate = dns("other.example.com", "Router.example.com");
        assertTrue(ServerIdentity.isFor(certificate, "router.EXAMPLE.com"));
        assertTrue(ServerIdentity.isFor(certificate, "router.example.com."));
        assertFalse(ServerIdentity.isFor(certificate, "example.com"));
        assertFalse(ServerIdentity.isFor(certificate, "a.router.example.com"));
    }

    @Test
    void a_wildcard_stands_for_one_whole_first_label() throws Exception {
        X509Certificate certificate = dns("*.example.com");
        assertTrue(ServerIdentity.isFor(certificate, "router.example.com"));
        assertFalse(ServerIdentity.isFor(certificate, "a.router.example.com"));
        assertFalse(ServerIdentity.isFor(certificate, "example.com"));
        assertFalse(ServerIdentity.isFor(dns("ro*.example.com"), "router.example.com"));
        assertFalse(ServerIdentity.isFor(dns("router.*.com"), "router.example.com"));
    }

    @Test
    void a_wildcard_for_a_whole_top_level_domain_or_for_everything_stands_for_nothing() throws Exception {
        assertFalse(ServerIdentity.isFor(dns("*.com"), "example.com"));
        assertFalse(ServerIdentity.isFor(dns("*"), "localhost"));
    }

    @Test
    void an_address_is_never_a_name() throws Exception {
        assertFalse(ServerIdentity.isFor(dns("127.0.0.1", "*.0.0.1"), "127.0.0.1"));
        X509Certificate addresses = certificate(
                new GeneralName(GeneralName.iPAddress, "127.0.0.1"), new GeneralName(GeneralName.iPAddress, "::1"));
        assertTrue(ServerIdentity.isFor(addresses, "127.0.0.1"));
        assertTrue(ServerIdentity.isFor(addresses, "::1"));
        assertTrue(ServerIdentity.isFor(addresses, "[::1]"));
        assertFalse(ServerIdentity.isFor(addresses, "127.0.0.2"));
    }

    @Test
    void the_subject_does_not_count() throws Exception {
        assertFalse(ServerIdentity.isFor(certificate(), "subject.example.com"));
    }
}
