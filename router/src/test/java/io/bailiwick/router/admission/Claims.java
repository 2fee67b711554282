package io.bailiwick.router.admission;

import io.bailiwick.router.handshake.Authenticator;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.link.ChannelSecurity;
import io.bailiwick.router.link.ChannelSecurity.ClientCertificate;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Dict;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Claims of tests, and a clock that they set. */
final class Claims {
    private Claims() {}

    /** A clock that stands still until it is moved. */
    static final class Clock implements InstantSource {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        void passMillis(long millis) {
            now = now.plusMillis(millis);
        }
    }

    static Claim claim(@Nullable String realm, @Nullable String authid, String... methods) {
        return claim(realm, authid, Dict.EMPTY, peer("tcp:192.0.2.1:4000"), methods);
    }

    static Claim claim(@Nullable String realm, @Nullable String authid, Dict authextra, Peer peer, String... methods) {
        return new Claim(realm, authid, null, List.of(methods), authextra, peer);
    }

    static Peer peer(String address) {
        return new Peer("public", address, Optional.empty(), false);
    }

    static Peer withCookie(String cookie) {
        return new Peer(
                "public", "tcp:192.0.2.1:4000", Optional.empty(), false, Optional.of(cookie), ChannelSecurity.NONE);
    }

    /** A peer that has shown a certificate. */
    static Peer certified() {
        ClientCertificate shown = new ClientCertificate("CN=node1", "CN=ca", "ab".repeat(32), "cd".repeat(20));
        ChannelSecurity security = new ChannelSecurity() {
            @Override
            public List<byte[]> bindings(String type) {
                return List.of();
            }

            @Override
            public Optional<ClientCertificate> clientCertificate() {
                return Optional.of(shown);
            }
        };
        return new Peer("public", "tcp:192.0.2.1:4000", Optional.empty(), true, Optional.empty(), security);
    }

    static Decision decide(Authenticator authenticator, Claim claim) {
        return authenticator
                .authenticate(claim)
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }
}
