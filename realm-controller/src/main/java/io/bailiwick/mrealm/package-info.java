/**
 * The controller of one management realm: a child process of the domain that keeps the realm's store, knows which of its
 * nodes are connected and lets its users reach them. Everything but store and statistics runs on one thread,
 * {@code realm-controller}. Depends on {@code router} and on the packages below this one.
 */
@NullMarked
package io.bailiwick.mrealm;

import org.jspecify.annotations.NullMarked;
