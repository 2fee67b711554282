package io.bailiwick.router.transport;

import io.bailiwick.router.transport.tls.CertificateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority that lives as long as a test. */
public final class TestAuthority {
    private final Path directory;
    private final X500Name name;
    private final KeyPair keys;
    private final Path file;
    private int serial = 1;

    private TestAuthority(Path directory, String name) throws Exception {
        this.directory = directory;
        this.name = new X500Name("CN=" + name);
        this.keys = keys();
        this.file = directory.resolve(name + ".pem");
        X509v3CertificateBuilder own = builder(this.name, keys, Instant.now().plus(30, ChronoUnit.DAYS));
        own.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        pem(file, sign(own, "SHA256withECDSA"));
    }

    public static TestAuthority create(Path directory, String name) throws Exception {
        return new TestAuthority(directory, name);
    }

    /** The authority's own certificate. */
    public Path file() {
        return file;
    }

    /** A certificate for this host name. */
    public CertificateFiles issue(String host) throws Exception {
        return issue(host, keys(), "SHA256withECDSA");
    }

    /** A certificate for this host name that ends then. */
    public CertificateFiles issue(String host, Instant notAfter) throws Exception {
        return issue(host, keys(), "SHA256withECDSA", notAfter, new GeneralName(GeneralName.dNSName, host));
    }

    /** A certificate for this address. */
    CertificateFiles issueForAddress(String address) throws Exception {
        return issue(address, keys(), "SHA256withECDSA", tomorrow(), new GeneralName(GeneralName.iPAddress, address));
    }

    /** A certificate for this host name and these keys. */
    CertificateFiles issue(String host, KeyPair ofHost, String signature) throws Exception {
        return issue(host, ofHost, signature, tomorrow(), new GeneralName(GeneralName.dNSName, host));
    }

    private CertificateFiles issue(
            String host, KeyPair ofHost, String signature, Instant notAfter, GeneralName alternative) throws Exception {
        X509v3CertificateBuilder certificate = builder(new X500Name("CN=" + host), ofHost, notAfter);
        certificate.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternative));
        Path chain = directory.resolve(host + ".pem");
        Path key = directory.resolve(host + ".key");
        pem(chain, sign(certificate, signature));
        pem(key, new JcaPKCS8Generator(ofHost.getPrivate(), null));
        return new CertificateFiles(chain, key);
    }

    private static Instant tomorrow() {
        return Instant.now().plus(1, ChronoUnit.DAYS);
    }

    private X509v3CertificateBuilder builder(X500Name subject, KeyPair subjectKeys, Instant notAfter) {
        return new JcaX509v3CertificateBuilder(
                name,
                BigInteger.valueOf(serial++),
                Date.from(Instant.now().minus(1, ChronoUnit.HOURS)),
                Date.from(notAfter),
                subject,
                subjectKeys.getPublic());
    }

    private X509CertificateHolder sign(X509v3CertificateBuilder builder, String signature) throws Exception {
        return builder.build(new JcaContentSignerBuilder(signature).build(keys.getPrivate()));
    }

    /** The first certificate of a file. */
    static X509Certificate read(Path chain) throws Exception {
        try (InputStream in = Files.newInputStream(chain)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    static KeyPair keys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    static void pem(Path file, Object content) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(content);
        }
        Files.writeString(file, text.toString());
    }
}
