package io.bailiwick.domain.schema;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a user is in a management realm or in an organization. Listed from the strongest to the weakest: who holds a role may
 * do all that each one after it may.
 *
 * <p>The numbers 1 to 4 are those of Crossbar.io FX, which has no number for operators and developers and so can never
 * grant them; 5 and 6 are ours.
 */
public enum Role {
    /** Owns it: may delete it and say who may do what. */
    OWNER(1),
    /** Everything but owning it. */
    ADMIN(2),
    /** In a realm: runs nodes and what runs on them. */
    OPERATOR(5),
    /** In a realm: uses the realm's own procedures; no remote control of nodes. */
    DEVELOPER(6),
    /** In an organization: belongs to it. In a realm: there is no role of this name to join in, a user joins as guest. */
    USER(3),
    /** Looks. */
    GUEST(4);

    private final int code;

    Role(int code) {
        this.code = code;
    }

    /** The number in the store. */
    @JsonValue
    public int code() {
        return code;
    }

    /** The name on the wire, for example {@code owner}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role of a name on the wire. */
    public static Optional<Role> of(String id) {
        return Arrays.stream(values()).filter(role -> role.id().equals(id)).findFirst();
    }

    /** Whether who holds this role may also act as the other. */
    public boolean includes(Role other) {
        return compareTo(other) <= 0;
    }

    /** Each role once, the strongest first. */
    public static List<Role> ordered(Collection<Role> roles) {
        return roles.stream().distinct().sorted().toList();
    }

    /** The role in which a session joins a management realm: {@code guest} for a user. */
    public Role joined() {
        return this == USER ? GUEST : this;
    }
}
