/**
 * One joined WAMP session in terms of messages: {@code MessageSession} says what that is, {@code DirectSession} keeps it
 * straight on a {@code link}, with the handshake of {@code handshake}. It has no thread of its own: the link's listener
 * handles what comes, whoever asks for something sends it, and time limits are the JDK's. Depends on {@code message},
 * {@code link}, {@code handshake} and {@code codec}.
 */
@NullMarked
package io.bailiwick.router.client.session;

import org.jspecify.annotations.NullMarked;
