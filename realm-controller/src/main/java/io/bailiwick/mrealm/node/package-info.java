/**
 * The nodes of this realm: which are paired, which are connected, what they report of themselves and how that is kept. Runs on
 * the controller's one thread but for what is said to run elsewhere. Depends on {@code schema}, {@code client} and
 * {@code store}.
 */
@NullMarked
package io.bailiwick.mrealm.node;

import org.jspecify.annotations.NullMarked;
