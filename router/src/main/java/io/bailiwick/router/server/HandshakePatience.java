package io.bailiwick.router.server;

import java.time.Duration;

/**
 * How long a handshake may take.
 *
 * @param peer all of it, as far as the peer is waited for
 * @param rounds so many times that long, when it is the authenticator that is waited for: who has given a proof may have to
 *     wait until the realm is ready
 */
record HandshakePatience(Duration peer, int rounds) {
    /** 10 s, and 60 s. */
    static final HandshakePatience STANDARD = new HandshakePatience(Duration.ofSeconds(10), 6);
}
