/**
 * The broker: subscriptions, and the way of an event to its subscribers. On the realm's one thread; no lock, no I/O, no
 * clock. Depends on {@code message}, {@code pattern} and {@code session}.
 */
@NullMarked
package io.bailiwick.router.broker;

import org.jspecify.annotations.NullMarked;
