package io.bailiwick.router.link;

import java.util.List;
import java.util.Optional;

/** What the encryption of a connection knows of the other end and of itself. Safe on any thread. */
public interface ChannelSecurity {
    /** A connection without encryption, or one whose encryption tells nothing. */
    ChannelSecurity NONE = new ChannelSecurity() {
        @Override
        public List<byte[]> bindings(String type) {
            return List.of();
        }

        @Override
        public Optional<ClientCertificate> clientCertificate() {
            return Optional.empty();
        }
    };

    /**
     * The channel bindings of a type: raw octets as the type defines them, not hashed.
     *
     * @param type {@code tls-exporter} (RFC 9266), {@code tls-server-end-point} or {@code tls-unique} (RFC 5929)
     * @return every value that a correct peer may have used: one, or for {@code tls-unique} the Finished of the client and
     *     that of the server, since clients disagree; none where this connection cannot provide the type
     */
    List<byte[]> bindings(String type);

    /** The certificate that the other end has proven to own, if the listener asked for one and trusts its issuer. */
    Optional<ClientCertificate> clientCertificate();

    /**
     * A certificate of a client.
     *
     * @param subject the distinguished name of the subject (RFC 2253)
     * @param issuer the distinguished name of the issuer (RFC 2253)
     * @param sha256 the SHA-256 fingerprint, 64 lower-case hex digits
     * @param sha1 the SHA-1 fingerprint, 40 lower-case hex digits: what Crossbar.io's configuration files name
     */
    record ClientCertificate(String subject, String issuer, String sha256, String sha1) {}
}
