/**
 * WebSocket and RawSocket over TCP, TLS and unix sockets, server and client side. Runs on Netty's event loops; the only
 * package that knows Netty, with those below it. What a pass of a loop brings for a peer is one write. Depends on {@code message}, {@code codec}, {@code link}, {@code tls}.
 */
@NullMarked
package io.bailiwick.router.transport;

import org.jspecify.annotations.NullMarked;
