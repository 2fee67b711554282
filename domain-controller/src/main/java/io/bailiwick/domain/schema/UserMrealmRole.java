package io.bailiwick.domain.schema;

import java.util.List;
import java.util.Optional;

/**
 * The roles of one user in one management realm.
 *
 * @param roles the roles, at least one
 */
public record UserMrealmRole(List<MrealmRole> roles) {

    /** Roles as granted. */
    public UserMrealmRole {
        roles = List.copyOf(roles);
    }

    /** What the creator of a realm is given: the same four as in Crossbar.io FX. */
    public static UserMrealmRole ofCreator() {
        return new UserMrealmRole(List.of(MrealmRole.OWNER, MrealmRole.ADMIN, MrealmRole.USER, MrealmRole.GUEST));
    }

    /** The strongest of the roles. */
    public Optional<MrealmRole> strongest() {
        return roles.stream().min(Enum::compareTo);
    }

    /** The weakest of the roles. */
    public Optional<MrealmRole> weakest() {
        return roles.stream().max(Enum::compareTo);
    }

    /** Whether one of the roles is this one or a stronger one. */
    public boolean includes(MrealmRole role) {
        return roles.stream().anyMatch(held -> held.includes(role));
    }
}
