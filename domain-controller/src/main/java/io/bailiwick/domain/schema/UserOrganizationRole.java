package io.bailiwick.domain.schema;

import java.util.List;
import java.util.UUID;

/**
 * The roles of one user in one organization.
 *
 * @param userOid the user
 * @param organizationOid the organization
 * @param roles the roles, at least one, the strongest first
 */
public record UserOrganizationRole(UUID userOid, UUID organizationOid, List<Role> roles) {

    /** Roles as granted. */
    public UserOrganizationRole {
        roles = Role.ordered(roles);
    }

    /** Whether one of the roles is this one or a stronger one. */
    public boolean includes(Role role) {
        return roles.stream().anyMatch(held -> held.includes(role));
    }
}
