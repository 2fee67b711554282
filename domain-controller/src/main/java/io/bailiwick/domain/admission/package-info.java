/**
 * Who may join which realm in which role, and what each role may do there. Answers from one read transaction, and writes
 * nothing before a key was proven; runs on the executor it is given. Depends on {@code schema}, {@code activation} and the
 * router's {@code handshake}.
 */
@NullMarked
package io.bailiwick.domain.admission;

import org.jspecify.annotations.NullMarked;
