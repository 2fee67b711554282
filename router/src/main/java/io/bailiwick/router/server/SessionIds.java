package io.bailiwick.router.server;

import java.security.SecureRandom;
import java.util.function.LongSupplier;

/** Ids of global scope (sessions, publications): random over 1 to 2^53 from the system's secure source (WAMP, "IDs"). */
final class SessionIds implements LongSupplier {
    private static final long MAX = 1L << 53;

    private final SecureRandom random = new SecureRandom();

    @Override
    public long getAsLong() {
        return 1 + random.nextLong(MAX);
    }
}
