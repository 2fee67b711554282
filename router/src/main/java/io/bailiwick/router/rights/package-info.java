/**
 * The rights of the roles of a realm: rules that are written down, and procedures that decide where a rule says so. On the
 * thread of the realm that asks; no lock, no I/O, no clock. Depends on {@code message}, {@code pattern} and {@code session}.
 */
@NullMarked
package io.bailiwick.router.rights;

import org.jspecify.annotations.NullMarked;
