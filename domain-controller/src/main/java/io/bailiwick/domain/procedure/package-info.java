/**
 * What users may call on the domain realm, and what realm controllers may ask the domain: groups of procedures, bound by
 * annotation. Procedures return at once; the store is read and written on the threads of {@link Work}, and what follows a
 * commit is handed to {@link LiveDomain}. Depends on {@code schema}, {@code admission} and the router's {@code client} and
 * {@code store}.
 */
@NullMarked
package io.bailiwick.domain.procedure;

import org.jspecify.annotations.NullMarked;
