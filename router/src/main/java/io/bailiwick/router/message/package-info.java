/**
 * The vocabulary of WAMP: one record per message type, the opaque payload, dictionaries, URIs and their rules, policies
 * and error URIs. Immutable values, safe on any thread. Depends on the JDK alone.
 */
@NullMarked
package io.bailiwick.router.message;

import org.jspecify.annotations.NullMarked;
