package io.bailiwick.router.handshake;

import io.bailiwick.router.link.ChannelSecurity;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Encrypted connections, as far as a handshake sees them. */
public final class Channels {
    private Channels() {}

    /** A connection with these bindings. */
    public static ChannelSecurity with(Map<String, List<byte[]>> bindings) {
        return security(bindings, Optional.empty());
    }

    /** A connection whose client has proven this certificate. */
    public static ChannelSecurity with(ChannelSecurity.ClientCertificate certificate) {
        return security(Map.of(), Optional.of(certificate));
    }

    private static ChannelSecurity security(
            Map<String, List<byte[]>> bindings, Optional<ChannelSecurity.ClientCertificate> certificate) {
        return new ChannelSecurity() {
            @Override
            public List<byte[]> bindings(String type) {
                return bindings.getOrDefault(type, List.of());
            }

            @Override
            public Optional<ClientCertificate> clientCertificate() {
                return certificate;
            }
        };
    }
}
