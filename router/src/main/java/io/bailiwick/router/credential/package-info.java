/**
 * Stored secrets of those who log in, and the sums by which they are proven: ticket hashes, WAMP-CRA, SCRAM. Pure functions
 * and immutable values on any thread; some cost milliseconds on purpose and say so. Depends on the JDK, Bouncy Castle
 * (Argon2id), stringprep and Jackson (one JSON text).
 */
@NullMarked
package io.bailiwick.router.credential;

import org.jspecify.annotations.NullMarked;
