/**
 * How fast realm controllers start and how small they stay, measured on real processes: a master and its children, as an
 * operator runs them. A program of its own; depends on the command line's and the client's public parts.
 */
@NullMarked
package io.bailiwick.bench.realm;

import org.jspecify.annotations.NullMarked;
