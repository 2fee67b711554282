/**
 * The loads: calls and events, in a closed loop (so many in flight) or an open one (so many a second, counted from when each
 * was due). Each checks that nothing is lost, doubled or out of order. On the generator's loop, asked from the main thread.
 */
@NullMarked
package io.bailiwick.bench.load;

import org.jspecify.annotations.NullMarked;
