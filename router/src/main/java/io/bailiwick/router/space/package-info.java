/**
 * Room on the disk: how much is left, what that means, and whether a store may still write. Any thread. Depends on the JDK.
 */
@NullMarked
package io.bailiwick.router.space;

import org.jspecify.annotations.NullMarked;
