/**
 * The domain's log of management actions: who did what, from where, and what came of it. What changes the domain is recorded in
 * the transaction that changes it; what only happens, as a login, is noted right after, on the writer's thread of the store.
 * Depends on {@code schema} and the router's {@code audit}, {@code session} and {@code store}.
 */
@NullMarked
package io.bailiwick.domain.audit;

import org.jspecify.annotations.NullMarked;
