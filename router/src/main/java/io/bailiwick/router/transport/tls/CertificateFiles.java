package io.bailiwick.router.transport.tls;

import java.nio.file.Path;

/**
 * PEM files of a certificate.
 *
 * @param chain the chain, the owner's certificate first
 * @param key the private key of the first certificate, not encrypted: PKCS#8, or OpenSSL's traditional RSA and EC forms
 */
public record CertificateFiles(Path chain, Path key) {}
