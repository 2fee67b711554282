/**
 * The log of what is done in a management realm: what its controller changes, and what it passes on to nodes. What changes the
 * store is recorded in the same transaction, what goes to a node before it goes. Any thread; the store is read on the
 * controller's reader. Depends on {@code schema} and the router's {@code audit}, {@code client} and {@code store}.
 */
@NullMarked
package io.bailiwick.mrealm.audit;

import org.jspecify.annotations.NullMarked;
