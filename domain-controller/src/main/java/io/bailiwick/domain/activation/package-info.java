/**
 * How people come to join with a key: codes that prove a mail address, and the keys that users have. Reads and writes the
 * domain's store, always without waiting on the caller's thread; who delivers a code is given from outside. Depends on
 * {@code schema} and the router's {@code store}, {@code credential}, {@code cryptosign} and {@code link}.
 */
@NullMarked
package io.bailiwick.domain.activation;

import org.jspecify.annotations.NullMarked;
