package io.bailiwick.domain.schema;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What a user is in a management realm. Listed from the strongest to the weakest: who holds a role may also join in each
 * one after it.
 *
 * <p>The numbers 1 to 4 are those of Crossbar.io FX, which has no number for operators and developers and so can never
 * grant them; 5 and 6 are ours.
 */
public enum MrealmRole {
    /** Owns the realm: may delete it and say who may do what. */
    OWNER(1),
    /** Everything in the realm but owning it. */
    ADMIN(2),
    /** Runs nodes and what runs on them. */
    OPERATOR(5),
    /** Uses the realm's own procedures; no remote control of nodes. */
    DEVELOPER(6),
    /** Knows that the realm exists. There is no role of this name to join in: a user joins as guest. */
    USER(3),
    /** Looks. */
    GUEST(4);

    private final int code;

    MrealmRole(int code) {
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

    /** Whether who holds this role may also act as the other. */
    public boolean includes(MrealmRole other) {
        return compareTo(other) <= 0;
    }
}
