/**
 * What the store of a management realm remembers: the schema on one page, and its rows. Immutable values on any thread.
 * Depends on {@code store} only.
 */
@NullMarked
package io.bailiwick.mrealm.schema;

import org.jspecify.annotations.NullMarked;
