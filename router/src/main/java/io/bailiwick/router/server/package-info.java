/**
 * Assembles realms, handshake and transports into a running router. Depends on all other packages of the router but
 * {@code client}, {@code store} and {@code child}.
 */
@NullMarked
package io.bailiwick.router.server;

import org.jspecify.annotations.NullMarked;
