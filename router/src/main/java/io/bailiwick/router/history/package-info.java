/**
 * The history of events in a store, for those that shall outlive the process. Called on a realm's thread, which never waits:
 * the store's writer writes, and an executor that is handed in reads. Depends on {@code message}, {@code broker} and
 * {@code store}.
 */
@NullMarked
package io.bailiwick.router.history;

import org.jspecify.annotations.NullMarked;
