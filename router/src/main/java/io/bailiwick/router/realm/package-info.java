/**
 * Broker and dealer: the routing core. All state of a realm belongs to its one thread, handed in as an executor; no lock, no
 * I/O, no clock. Depends on {@code message}.
 */
@NullMarked
package io.bailiwick.router.realm;

import org.jspecify.annotations.NullMarked;
