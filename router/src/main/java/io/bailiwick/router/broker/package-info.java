/**
 * The broker: subscriptions, the way of an event to its subscribers, and what is kept of it: retained events, history,
 * confirmations. On the realm's one thread; no lock, no I/O, no clock: the {@link io.bailiwick.router.broker.EventStore} is
 * handed in. Depends on {@code message}, {@code pattern} and {@code session}.
 */
@NullMarked
package io.bailiwick.router.broker;

import org.jspecify.annotations.NullMarked;
