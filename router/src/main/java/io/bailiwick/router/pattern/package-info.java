/**
 * Values by pattern of URI: exact, prefix, wildcard, with WAMP's precedence; and values by id. For one thread at a time. Depends on
 * {@code message}.
 */
@NullMarked
package io.bailiwick.router.pattern;

import org.jspecify.annotations.NullMarked;
