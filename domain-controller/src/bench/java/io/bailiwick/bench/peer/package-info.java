/**
 * The servers that are measured: the router as its launcher starts it, the relay, and those of others, which are installed
 * below {@code target/bench} when they are asked for.
 */
@NullMarked
package io.bailiwick.bench.peer;

import org.jspecify.annotations.NullMarked;
