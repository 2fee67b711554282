/**
 * Links between routers (WAMP, "Router-to-Router Links"): a realm of this router and a realm of another one, joined by a pair of
 * sessions that carry events and calls across. All of a link runs on the one executor that it is given, but the answers to
 * challenges, for which it is given another one. Depends on
 * {@code message}, {@code link}, {@code handshake} and {@code session}; it reaches its own router as it does the other, by messages.
 */
@NullMarked
package io.bailiwick.router.rlink;

import org.jspecify.annotations.NullMarked;
