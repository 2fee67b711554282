/**
 * What may be asked of the domain's log of management actions, and what realm controllers ask for theirs: who a caller is.
 * Procedures return at once; the store is read on the threads of {@code Work}. Depends on {@code audit}, {@code admission},
 * {@code procedure}, {@code schema} and the router's {@code audit} and {@code client}.
 */
@NullMarked
package io.bailiwick.domain.audit.procedure;

import org.jspecify.annotations.NullMarked;
