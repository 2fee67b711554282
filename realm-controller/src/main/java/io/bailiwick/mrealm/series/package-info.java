/**
 * Stored heartbeats made small for plots. Reading runs on the executor that it is given, page by page, so that others get their
 * turn. Depends on {@code node}, {@code schema} and {@code client}.
 */
@NullMarked
package io.bailiwick.mrealm.series;

import org.jspecify.annotations.NullMarked;
