package io.bailiwick.router.server;

import java.time.Duration;

/**
 * How long a handshake may take. It is looked at once in a while, and ended when it is the peer that is waited for then.
 *
 * @param peer from one look to the next
 * @param rounds so many looks it may outlive, less one, by waiting for the authenticator: who has given a proof may have to wait
 *     until the realm is ready
 */
record HandshakePatience(Duration peer, int rounds) {
    /** 10 s, and 60 s. */
    static final HandshakePatience STANDARD = new HandshakePatience(Duration.ofSeconds(10), 6);
}
