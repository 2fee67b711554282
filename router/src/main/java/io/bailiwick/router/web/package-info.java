/**
 * What the router answers over HTTP besides WAMP itself: bridges that publish and call with the caller's own identity,
 * webhooks, information, health and metrics. Called on event loops, never waits. Knows HTTP by the plain values of
 * {@code transport.http} only; depends on {@code message}, {@code codec}, {@code link} and {@code
 * handshake} besides.
 */
@NullMarked
package io.bailiwick.router.web;

import org.jspecify.annotations.NullMarked;
