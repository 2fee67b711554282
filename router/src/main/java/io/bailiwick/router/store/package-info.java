/**
 * Typed tables and unique indexes over an embedded store. One writer thread per store; readers on any thread see
 * snapshots. The only package that knows Xodus.
 */
@NullMarked
package io.bailiwick.router.store;

import org.jspecify.annotations.NullMarked;
