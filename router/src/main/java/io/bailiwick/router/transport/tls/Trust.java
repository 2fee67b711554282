package io.bailiwick.router.transport.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Believes the certificates of some authorities.
 *
 * @param authorities their own certificates
 * @param verifier verifies chains that should end at one of them
 */
record Trust(List<X509Certificate> authorities, X509TrustManager verifier) {

    /**
     * Reads a PEM file of authorities.
     *
     * @throws IOException naming the file
     */
    static Trust read(Path file) throws IOException, GeneralSecurityException {
        List<X509Certificate> authorities =
                PemFile.read("certificates to trust", file).certificates();
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (X509Certificate authority : authorities) {
            store.setCertificateEntry("authority " + store.size(), authority);
        }
        return new Trust(authorities, verifier(store));
    }

    /** Believes whom the JDK believes. */
    static X509TrustManager ofJdk() throws GeneralSecurityException {
        return verifier(null);
    }

    private static X509TrustManager verifier(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow();
    }

    TrustManager[] managers() {
        return new TrustManager[] {verifier};
    }
}
