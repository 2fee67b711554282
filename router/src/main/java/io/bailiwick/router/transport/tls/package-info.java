/**
 * TLS for both ends of a connection: certificates and their reload, client certificates, channel bindings. Runs on the
 * event loops of {@code transport}, its only user, with Netty and either the TLS of the JDK or that of Bouncy Castle
 * ({@link io.bailiwick.router.transport.tls.TlsStack} says when which). Depends on {@code link}.
 */
@NullMarked
package io.bailiwick.router.transport.tls;

import org.jspecify.annotations.NullMarked;
