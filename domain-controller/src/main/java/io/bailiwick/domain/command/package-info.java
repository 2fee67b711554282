/**
 * The commands of a master: run it, and manage its realms and nodes. Each is a short WAMP client of the procedures that
 * everybody else uses too. May use everything of this module and {@code router}'s {@code command}.
 */
@NullMarked
package io.bailiwick.domain.command;

import org.jspecify.annotations.NullMarked;
