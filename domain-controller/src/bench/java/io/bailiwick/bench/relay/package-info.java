/**
 * The floor: a relay that does what a router does on the network, and nothing of WAMP. It runs in a process of its own, on
 * one event loop, and uses Netty as the router does. Nothing of ours is used.
 */
@NullMarked
package io.bailiwick.bench.relay;

import org.jspecify.annotations.NullMarked;
