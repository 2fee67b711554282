/**
 * The HTTP/1.1 side of a listener: which request is for whom, the bounds of all of them, and long-poll links. Runs on
 * Netty's event loops; what handles a request sees plain values of {@link HttpRoute} only. Depends on {@code message},
 * {@code codec}, {@code link}, {@code transport.frame}.
 */
@NullMarked
package io.bailiwick.router.transport.http;

import org.jspecify.annotations.NullMarked;
