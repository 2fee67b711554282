/**
 * The bytes of heartbeats in the store: figures in a fixed order, one heartbeat by itself or many of one node column by
 * column. Pure functions and plain values on any thread. Depends on {@code schema} only.
 */
@NullMarked
package io.bailiwick.mrealm.beat;

import org.jspecify.annotations.NullMarked;
