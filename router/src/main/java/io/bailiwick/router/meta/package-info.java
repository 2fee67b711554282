/**
 * The meta API: the procedures and events by which WAMP tells of itself. A session like any other, which has registered them
 * and answers for them, on the realm's one thread; no lock, no I/O, no clock. Depends on {@code message}, {@code pattern},
 * {@code session}, {@code broker} and {@code dealer}; the realm is known to it as {@link io.bailiwick.router.meta.MetaHost}.
 */
@NullMarked
package io.bailiwick.router.meta;

import org.jspecify.annotations.NullMarked;
