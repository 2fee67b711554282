/**
 * Starting, watching and stopping a child JVM over its three pipes, and the pure function over its states. Each child has two
 * threads that read what it writes. Depends on the JDK.
 */
@NullMarked
package io.bailiwick.router.child;

import org.jspecify.annotations.NullMarked;
