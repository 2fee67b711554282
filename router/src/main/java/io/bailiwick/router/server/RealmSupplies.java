package io.bailiwick.router.server;

import io.bailiwick.router.broker.EventStore;
import io.bailiwick.router.session.RealmMetrics;
import java.util.function.Consumer;

/**
 * What one realm is given from outside the router. Not shared among realms.
 *
 * @param metrics counts what happens in it
 * @param history keeps the events of the topics that {@code BrokerOptions.history} names
 * @param revocation takes the authid of a session that was killed: what it could come back with is not to be accepted any
 *     more. Called on the realm's thread: must not wait and must not throw
 */
public record RealmSupplies(RealmMetrics metrics, EventStore history, Consumer<String> revocation) {}
