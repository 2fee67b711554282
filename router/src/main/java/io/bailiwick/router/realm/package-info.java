/**
 * The door of a realm, behind which broker and dealer work. All state of a realm belongs to its one thread, handed in as an
 * executor; no lock, no I/O, no clock. Depends on {@code message}, {@code session}, {@code broker}, {@code dealer} and
 * {@code meta}.
 */
@NullMarked
package io.bailiwick.router.realm;

import org.jspecify.annotations.NullMarked;
