/**
 * The agent of an edge node: holds the node's key, keeps one session to its domain alive, sends heartbeats and answers what is
 * asked of this node. Everything but reading the system's figures runs on one thread, {@code node-agent}. Depends on
 * {@code router} and on the packages below this one.
 */
@NullMarked
package io.bailiwick.node;

import org.jspecify.annotations.NullMarked;
