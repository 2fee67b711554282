package io.bailiwick.domain.procedure;

import io.bailiwick.domain.schema.Role;

/**
 * Who may call a procedure, by what the caller is to the thing that it is about. Stands beside each procedure as
 * {@link Allowed}, is what {@link Access} checks, and is shown in {@code docs/api.md}. The superuser has every right.
 *
 * <p>Who does not even see the thing is told that there is no such thing; who sees it and lacks the right is told so. Lists
 * show what the caller sees.
 */
public enum Right {
    /** Every user of the domain; what comes of it is the caller's own, or a list of what it sees. */
    EVERYBODY(Thing.DOMAIN, Role.GUEST, false, "every user"),
    /** Nobody but the superuser. */
    SUPERUSER(Thing.DOMAIN, Role.OWNER, false, "the superuser"),

    /** Who has any role in the management realm. */
    SEES_REALM(Thing.REALM, Role.GUEST, false, "any role in the realm"),
    /** Who may change what the management realm is called. */
    RUNS_REALM(Thing.REALM, Role.ADMIN, false, "admin of the realm"),
    /** Who may end the management realm, say who may do what, and say which nodes are in it. */
    OWNS_REALM(Thing.REALM, Role.OWNER, false, "owner of the realm"),
    /** The same, and the user that it is about. */
    OWNS_REALM_OR_IS_USER(Thing.REALM, Role.OWNER, true, "owner of the realm, or the user itself"),

    /** Who has any role in the realm of the node; who paired it last, when it has none. */
    SEES_NODE(Thing.NODE, Role.GUEST, false, "any role in the node's realm"),
    /** Who may change what the node is called and what it is told. */
    RUNS_NODE(Thing.NODE, Role.OPERATOR, false, "operator of the node's realm"),
    /** Who may say where the node belongs and by which key it is known. */
    OWNS_NODE(Thing.NODE, Role.OWNER, false, "owner of the node's realm"),

    /** Who has any role in the organization. */
    SEES_ORGANIZATION(Thing.ORGANIZATION, Role.GUEST, false, "any role in the organization"),
    /** Who may know the others in the organization. */
    BELONGS_TO_ORGANIZATION(Thing.ORGANIZATION, Role.USER, false, "user in the organization"),
    /** Who may change what the organization is called. */
    RUNS_ORGANIZATION(Thing.ORGANIZATION, Role.ADMIN, false, "admin of the organization"),
    /** Who may end the organization, and say who may do what. */
    OWNS_ORGANIZATION(Thing.ORGANIZATION, Role.OWNER, false, "owner of the organization"),
    /** The same, and the user that it is about. */
    OWNS_ORGANIZATION_OR_IS_USER(Thing.ORGANIZATION, Role.OWNER, true, "owner of the organization, or the user itself"),

    /** The user itself; admins of realms in which it has a role; who belongs to an organization to which it belongs. */
    SEES_USER(
            Thing.USER,
            Role.GUEST,
            true,
            "the user itself, an admin of one of its realms, user in one of its organizations"),
    /** The user itself. */
    IS_USER(Thing.USER, Role.OWNER, true, "the user itself");

    /** What a right is a right to. */
    public enum Thing {
        /** The domain as a whole. */
        DOMAIN,
        /** A management realm. */
        REALM,
        /** A node. */
        NODE,
        /** An organization. */
        ORGANIZATION,
        /** A user. */
        USER
    }

    private final Thing thing;
    private final Role role;
    private final boolean self;
    private final String holder;

    Right(Thing thing, Role role, boolean self, String holder) {
        this.thing = thing;
        this.role = role;
        this.self = self;
        this.holder = holder;
    }

    /** What it is a right to. */
    public Thing thing() {
        return thing;
    }

    /** The weakest role that has it, where roles decide. */
    public Role role() {
        return role;
    }

    /** Whether the user that the call is about has it too. */
    public boolean self() {
        return self;
    }

    /** Who has it, in words, for example {@code owner of the realm}. A stronger role has it too. */
    public String holder() {
        return holder;
    }
}
