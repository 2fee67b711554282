/**
 * The commands that run on a node: its agent and its key. May use everything of this module and {@code router}'s
 * {@code command}.
 */
@NullMarked
package io.bailiwick.node.command;

import org.jspecify.annotations.NullMarked;
