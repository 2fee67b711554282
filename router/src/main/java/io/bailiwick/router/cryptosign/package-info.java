/**
 * Ed25519 keys, key files, challenges, signing and checking (wamp-cryptosign). Pure functions and immutable values on
 * any thread. Depends on the JDK and Bouncy Castle.
 */
@NullMarked
package io.bailiwick.router.cryptosign;

import org.jspecify.annotations.NullMarked;
