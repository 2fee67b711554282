/**
 * The protocols that the load generator speaks, written down to what it needs: frames from numbers, and numbers from frames.
 * No library of any protocol, since that would be what is measured. All of it runs on the one event loop of
 * {@code Generator.java}; Netty carries the bytes. Nothing of the product is used.
 */
@NullMarked
package io.bailiwick.bench.wire;

import org.jspecify.annotations.NullMarked;
