/**
 * A domain as its users run it: a master, its realm controllers, nodes. What scenarios need of it to measure it from outside;
 * any thread, one at a time. Depends on the command line's and the client's public parts.
 */
@NullMarked
package io.bailiwick.bench.realm;

import org.jspecify.annotations.NullMarked;
