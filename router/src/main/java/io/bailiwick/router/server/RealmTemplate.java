package io.bailiwick.router.server;

import io.bailiwick.router.realm.RealmOptions;
import io.bailiwick.router.rights.RealmRoles;

/**
 * What a realm is made from. Many realms may be made from one template; each has its own sessions, subscriptions,
 * registrations and kept decisions.
 *
 * @param roles its roles and their rights
 * @param options how it behaves
 */
public record RealmTemplate(RealmRoles roles, RealmOptions options) {
    /** A realm with these roles that behaves in the ordinary way. */
    public RealmTemplate(RealmRoles roles) {
        this(roles, RealmOptions.DEFAULT);
    }
}
