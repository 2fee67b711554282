/**
 * What the nodes of a realm offer, as the users of the realm see it: calls are forwarded to the node that they name, and what a
 * node tells is published again, both by one table. Runs on the controller's one thread. Depends on {@code node}, {@code rights}
 * and {@code client}.
 */
@NullMarked
package io.bailiwick.mrealm.remote;

import org.jspecify.annotations.NullMarked;
