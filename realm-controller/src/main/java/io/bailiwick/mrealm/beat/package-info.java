/**
 * The bytes of heartbeats in the store: figures in a fixed order, one heartbeat by itself or many of one node column by
 * column, and how they are read from what nodes send. Pure functions and plain values on any thread. Depends on
 * {@code schema} and {@code codec}.
 */
@NullMarked
package io.bailiwick.mrealm.beat;

import org.jspecify.annotations.NullMarked;
