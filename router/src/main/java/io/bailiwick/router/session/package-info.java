/**
 * A session as its realm and all within it see it, and what a realm is given from outside: clock, timer, randomness,
 * rights, limits. Depends on {@code message}.
 */
@NullMarked
package io.bailiwick.router.session;

import org.jspecify.annotations.NullMarked;
