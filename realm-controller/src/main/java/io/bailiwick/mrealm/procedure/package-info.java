/**
 * What may be called on a management realm of its nodes and their stored heartbeats. Runs on the controller's one thread. Depends on
 * {@code node}, {@code series}, {@code rights}, {@code schema} and {@code client}.
 */
@NullMarked
package io.bailiwick.mrealm.procedure;

import org.jspecify.annotations.NullMarked;
