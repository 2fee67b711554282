/**
 * From HELLO to WELCOME: two pure state machines, one for each side, and the question who may join. No I/O, no clock, no
 * thread. Depends on {@code message}, {@code link}, {@code cryptosign} and {@code credential}.
 */
@NullMarked
package io.bailiwick.router.handshake;

import org.jspecify.annotations.NullMarked;
