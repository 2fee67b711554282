/**
 * One WAMP session in terms of messages, kept by the state machine of jawampa-core over a {@code link}. All of jawampa and
 * RxJava stays here: nothing outside this package mentions them, so that either can be replaced. What jawampa-core cannot
 * do (time limits, confirmations, cryptosign, reasons of an end) is done in the connection beneath it, which sees every
 * message. All state is kept on one thread, {@code Loop}. Depends on {@code client.session}, {@code message}, {@code link},
 * {@code handshake} and {@code codec}.
 */
@NullMarked
package io.bailiwick.router.client.jawampa;

import org.jspecify.annotations.NullMarked;
