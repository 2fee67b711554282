/**
 * Named places in the code at which a test lets this process fail. Without the system property that arms them they do nothing.
 * Runs on the thread that comes by; uses nothing but the JDK.
 */
@NullMarked
package io.bailiwick.router.fault;

import org.jspecify.annotations.NullMarked;
