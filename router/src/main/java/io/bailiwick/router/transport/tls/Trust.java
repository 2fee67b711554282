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
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        X509TrustManager verifier = Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow();
        return new Trust(authorities, verifier);
    }

    TrustManager[] managers() {
        return new TrustManager[] {verifier};
    }
}
