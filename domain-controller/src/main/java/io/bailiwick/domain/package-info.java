/**
 * The domain controller: opens store, router and supervision in order, closes them in reverse. What follows a commit runs on one
 * thread ({@link io.bailiwick.domain.LiveRealms}); the store is asked on a few others; nothing here waits on an event
 * loop. May depend on everything else in this module and on the router.
 */
@NullMarked
package io.bailiwick.domain;

import org.jspecify.annotations.NullMarked;
