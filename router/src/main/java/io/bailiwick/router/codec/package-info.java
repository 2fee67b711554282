/**
 * Bytes to messages and back for JSON, MessagePack and CBOR, and the one place where a payload changes format. Stateless, any
 * thread. Depends on {@code message} and Jackson.
 */
@NullMarked
package io.bailiwick.router.codec;

import org.jspecify.annotations.NullMarked;
