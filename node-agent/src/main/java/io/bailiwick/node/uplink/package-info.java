/**
 * The one session of a node, kept alive, and the heartbeats sent over it. Runs on the agent's one thread. Depends on
 * {@code client}.
 */
@NullMarked
package io.bailiwick.node.uplink;

import org.jspecify.annotations.NullMarked;
