/**
 * The log of management actions: records in lines of text, each of which holds the hash of the one before and its own. What is
 * written, how it is found again, and how it is shown that nothing of it was changed. A record is written in the transaction
 * of the change that it tells of, on the writer's thread of the store; everything else runs on any thread. Depends on
 * {@code store} and {@code link}.
 */
@NullMarked
package io.bailiwick.router.audit;

import org.jspecify.annotations.NullMarked;
