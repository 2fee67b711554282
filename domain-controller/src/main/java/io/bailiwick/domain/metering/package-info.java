/**
 * What management realms used: {@code UsageIntake} takes the records of realm controllers, once each; {@code UsageProcedures} tells
 * of them; {@code Submission} sends them on to a receiver over HTTP, signed, in order, until it has them. Procedures return at once;
 * the store is read and written on the threads of {@code Work}. Depends on {@code schema}, {@code procedure}, {@code mail} for its
 * trust in certificates, and the router's {@code client}, {@code store} and {@code cryptosign}.
 */
@NullMarked
package io.bailiwick.domain.metering;

import org.jspecify.annotations.NullMarked;
