/**
 * What the realm uses, from the heartbeats of its nodes: {@code Accounting} is the pure function, {@code Ledger} keeps what came of
 * it and how far it got, {@code Meter} closes one interval after the other and sends it to the domain. The meter lives on the
 * controller's thread, the ledger on one that may wait for the disk. Depends on {@code node}, {@code schema}, and the router's
 * {@code client} and {@code store}.
 */
@NullMarked
package io.bailiwick.mrealm.metering;

import org.jspecify.annotations.NullMarked;
