/**
 * A WAMP session for those who call, register, publish and subscribe, and procedures bound by annotation. Callbacks run on an
 * executor of the caller, never on an I/O thread. Depends on {@code message}, {@code link}, {@code codec}, {@code cryptosign} and,
 * for the protocol's state machine, on {@code client.session} and {@code client.jawampa}, which know nothing of this package.
 */
@NullMarked
package io.bailiwick.router.client;

import org.jspecify.annotations.NullMarked;
