package io.bailiwick.router.transport.tls;

import io.netty.util.NetUtil;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Whether a certificate is for the server that a client wanted to reach (RFC 9525): by its subject alternative names, never by
 * the subject. Whether the certificate itself is to be believed is another question.
 */
final class ServerIdentity {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private ServerIdentity() {}

    /** Whether a host is an address and not a name. */
    static boolean isAddress(String host) {
        return NetUtil.createByteArrayFromIpAddressString(host) != null;
    }

    /**
     * Whether the certificate is for this host: for an address the same address, for a name an equal one or one whose first
     * label is a wildcard with at least two labels after it.
     */
    static boolean isFor(X509Certificate certificate, String host) {
        Collection<List<?>> names;
        try {
            names = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return false;
        }
        if (names == null) {
            return false;
        }
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
        return names.stream()
                .anyMatch(name -> address == null
                        ? name.get(0).equals(DNS_NAME) && isName((String) name.get(1), host)
                        : name.get(0).equals(IP_ADDRESS)
                                && Arrays.equals(
                                        address, NetUtil.createByteArrayFromIpAddressString((String) name.get(1))));
    }

    private static boolean isName(String pattern, String host) {
        boolean tooWide = pattern.startsWith("*.") && pattern.indexOf('.', 2) < 0;
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return !tooWide && Credential.matches(pattern, name);
    }
}
