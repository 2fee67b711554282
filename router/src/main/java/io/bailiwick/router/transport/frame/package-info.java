/**
 * The octets between a socket and whole messages: frames of WebSocket and RawSocket, batches, compression,
 * serialization. Runs on the loop of the channel that the octets belong to, and knows the connection only as a {@link
 * io.bailiwick.router.transport.frame.FrameSink}, to which it lends the octets of a message for a call. Depends on {@code
 * message}, {@code codec}, {@code link} and Netty.
 */
@NullMarked
package io.bailiwick.router.transport.frame;

import org.jspecify.annotations.NullMarked;
