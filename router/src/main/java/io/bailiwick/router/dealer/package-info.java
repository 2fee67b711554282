/**
 * The dealer: registrations, and the way of a call to its callee and back. On the realm's one thread; no lock, no I/O, no
 * clock. Depends on {@code message}, {@code pattern} and {@code session}.
 */
@NullMarked
package io.bailiwick.router.dealer;

import org.jspecify.annotations.NullMarked;
