/**
 * Who may join: authenticators over principals in the configuration, over a procedure of the application, over client
 * certificates and cookies, composed for each listener and throttled. Any thread; tables are guarded by their own locks, and
 * time comes in. Depends on {@code message}, {@code link}, {@code cryptosign}, {@code credential} and {@code handshake}.
 */
@NullMarked
package io.bailiwick.router.admission;

import org.jspecify.annotations.NullMarked;
