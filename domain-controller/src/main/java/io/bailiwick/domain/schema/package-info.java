/**
 * Everything that the domain remembers: one schema, and the records of its rows. Immutable values and declarations, any
 * thread. Depends on {@code store} only.
 */
@NullMarked
package io.bailiwick.domain.schema;

import org.jspecify.annotations.NullMarked;
