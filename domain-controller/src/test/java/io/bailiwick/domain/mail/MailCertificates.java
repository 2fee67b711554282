package io.bailiwick.domain.mail;

import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority of its own, and servers with its certificates. */
public final class MailCertificates {
    private static final X500Name NAME = new X500Name("CN=mail authority");

    private final KeyPair keys;
    private final Path authority;
    private int serial = 1;

    private MailCertificates(Path directory) throws Exception {
        keys = keys();
        X509v3CertificateBuilder own = builder(NAME, keys);
        own.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        authority = directory.resolve("mail-authority.pem");
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(signed(own));
        }
        Files.writeString(authority, text.toString());
    }

    public static MailCertificates create(Path directory) throws Exception {
        return new MailCertificates(directory);
    }

    /** The authority's own certificate. */
    public Path authority() {
        return authority;
    }

    /** TLS of a server with a certificate for this host. */
    public SSLContext server(String host) throws Exception {
        KeyPair own = keys();
        X509v3CertificateBuilder builder = builder(new X500Name("CN=" + host), own);
        builder.addExtension(
                Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName(GeneralName.dNSName, host)));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        PrivateKey secret = own.getPrivate();
        store.setKeyEntry("server", secret, new char[0], new Certificate[] {signed(builder)});
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    private X509v3CertificateBuilder builder(X500Name subject, KeyPair of) {
        return new JcaX509v3CertificateBuilder(
                NAME,
                BigInteger.valueOf(serial++),
                Date.from(Instant.now().minus(1, ChronoUnit.HOURS)),
                Date.from(Instant.now().plus(1, ChronoUnit.DAYS)),
                subject,
                of.getPublic());
    }

    private X509Certificate signed(X509v3CertificateBuilder builder) throws Exception {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    }

    private static KeyPair keys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }
}
