package io.bailiwick.domain.procedure;

import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.schema.UserMrealmRole;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The running domain, as its procedures see it: what follows a commit. Every method returns at once, may be called from any
 * thread, and takes effect after what was asked before.
 */
public interface LiveDomain {

    /**
     * Publishes on the domain realm.
     *
     * @param topic the topic
     * @param readers the authids of those who may know
     * @param object the one argument
     */
    void announce(String topic, List<String> readers, Map<String, @Nullable Object> object);

    /**
     * Opens a realm in the router and wants its controller.
     *
     * @return completes when the controller is ready; ends with the error {@code fabric.realm-start-timeout} when it is not
     *     in time, and is wanted none the less, or with {@code fabric.realm-start-failed}
     */
    CompletableFuture<Void> open(ManagementRealm realm);

    /**
     * How it stands with the controller of a realm now. Its reasons may quote the controller's log and name files of this
     * machine: they are for the superuser only.
     *
     * @return {@code {state, pid, restarts, reason, since, last_reason, last_failed}} as {@code RealmStatus} has them, and
     *     {@code sandbox}, what is around it: {@code bubblewrap} or {@code none}; empty for a realm without one
     */
    Map<String, @Nullable Object> controller(UUID mrealmOid);

    /**
     * Has the controller of a realm that is to be deleted meter what was used until now, and stores it. Completes when that is
     * done, or cannot be done in reasonable time: that is logged, and keeps no realm from its end.
     */
    CompletableFuture<Void> settle(ManagementRealm realm);

    /** Stops the controller of a realm, ends all its sessions, forgets its store and its logs. Completes when all that is done. */
    CompletableFuture<Void> close(ManagementRealm realm);

    /** Tells the realm's controller of a node that was paired. */
    void paired(ManagementRealm realm, Node node);

    /**
     * Tells the realm's controller of a node that was unpaired, and ends the node's sessions.
     *
     * @param node as it was when paired
     * @return the ids of the sessions that were ended
     */
    CompletableFuture<List<Long>> unpaired(ManagementRealm realm, Node node);

    /**
     * Tells the realm's controller what the row of a paired node says now, and ends those of the node's sessions that were
     * opened by another key than it has now.
     *
     * @return the ids of the sessions that were ended
     */
    CompletableFuture<List<Long>> changed(ManagementRealm realm, Node node);

    /**
     * How it stands with a paired node now, as its realm's controller has it; where that does not answer in time, as far as
     * the router knows.
     *
     * @return {@code {status, session, online_since, last_seen, heartbeat, timestamp}}: {@code online} or {@code offline}; the
     *     id of its latest session; two times in nanoseconds since 1970 UTC; the number of its last heartbeat and when it sent
     *     that, by its own clock. What is not known is null
     */
    CompletableFuture<Map<String, @Nullable Object>> state(ManagementRealm realm, Node node);

    /**
     * Ends the sessions that a user has in a realm in roles that it holds no longer.
     *
     * @param held what it holds now, if anything
     * @return the ids of the sessions that were ended
     */
    CompletableFuture<List<Long>> governed(ManagementRealm realm, User user, Optional<UserMrealmRole> held);
}
