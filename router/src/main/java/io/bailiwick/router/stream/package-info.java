/**
 * One RawSocket connection to a router, by the sockets of the JDK and on one thread: all the network that a process needs that has
 * one session and is to be small and quick to start. For whoever listens, speaks WebSocket or TLS there is {@code transport}.
 * Depends on {@code message}, {@code codec} and {@code link}.
 */
@NullMarked
package io.bailiwick.router.stream;

import org.jspecify.annotations.NullMarked;
