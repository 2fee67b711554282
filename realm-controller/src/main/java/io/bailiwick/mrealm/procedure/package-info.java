/**
 * What may be called on a management realm: its nodes, their stored heartbeats, and the procedures of the nodes themselves, which
 * are forwarded. Runs on the controller's one thread. Depends on {@code node}, {@code schema} and {@code client}.
 */
@NullMarked
package io.bailiwick.mrealm.procedure;

import org.jspecify.annotations.NullMarked;
