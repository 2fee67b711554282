package io.bailiwick.domain.schema;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A management realm: a tenant. As long as its row is here, its realm controller is wanted.
 *
 * @param name the name of the WAMP realm, unique in the domain
 * @param created when it was created, microseconds since 1970 UTC
 * @param owner the oid of a user who owns it: who created it, or who came after
 * @param cfRouterWorker the router worker it runs in; kept for rows from elsewhere, null here
 * @param cfContainerWorker the container its controller runs in; kept for rows from elsewhere, null here: every realm
 *     controller is a process of its own
 */
public record ManagementRealm(
        UUID oid,
        @Nullable String label,
        @Nullable String description,
        @Nullable List<String> tags,
        String name,
        long created,
        UUID owner,
        @Nullable String cfRouterWorker,
        @Nullable String cfContainerWorker)
        implements ConfigurationElement {

    /** This realm as its users describe it. */
    public ManagementRealm described(
            @Nullable String newLabel, @Nullable String newDescription, @Nullable List<String> newTags) {
        return new ManagementRealm(
                oid, newLabel, newDescription, newTags, name, created, owner, cfRouterWorker, cfContainerWorker);
    }

    /** This realm with another user as its owner. */
    public ManagementRealm ownedBy(UUID user) {
        return new ManagementRealm(
                oid, label, description, tags, name, created, user, cfRouterWorker, cfContainerWorker);
    }
}
