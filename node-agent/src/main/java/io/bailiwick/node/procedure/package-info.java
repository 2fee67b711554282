/**
 * What may be called on this node, and the figures of system and process behind it and behind the heartbeats. Figures are read
 * on the thread {@code node-figures}, for some systems take their time. Depends on {@code uplink}, {@code client} and OSHI.
 */
@NullMarked
package io.bailiwick.node.procedure;

import org.jspecify.annotations.NullMarked;
