/**
 * The scenarios: which load, on which servers, and what of it is compared. {@code Scenarios.java} has them all with their
 * names.
 */
@NullMarked
package io.bailiwick.bench.scenario;

import org.jspecify.annotations.NullMarked;
