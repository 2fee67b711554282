/**
 * The benchmark: {@code ./bailiwick bench}. {@code Bench.java} is the command; {@code wire} and {@code load} are the load
 * generator, {@code relay} is the floor, {@code peer} has the servers, {@code harness} measures, {@code scenario} says what,
 * {@code report} shows it.
 */
@NullMarked
package io.bailiwick.bench;

import org.jspecify.annotations.NullMarked;
