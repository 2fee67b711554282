package io.bailiwick.mrealm.rights;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.message.Uris;
import java.util.List;

/**
 * Who may call a procedure of a management realm, by the role in which the session has joined. Stands beside each procedure
 * as {@link Allowed} and is shown in {@code docs/api.md}. The domain's own sessions have every right.
 */
public enum Right {
    /** Whoever is in the realm: nodes, and the public too where a listener lets it in. */
    EVERYBODY("", "everybody in the realm"),
    /** Who may look. */
    LOOKS("guest", "guest"),
    /** Who may write down what is known of the realm and its nodes. */
    DEVELOPS("developer", "developer"),
    /** Who runs the nodes. */
    OPERATES("operator", "operator"),
    /** Who says what becomes of what others have written. */
    ADMINISTERS("admin", "admin"),
    /** A node, of itself. */
    IS_NODE("node", "a node"),
    /** Nobody but the domain. */
    IS_DOMAIN("backend", "the domain");

    /** Users' roles, the strongest first; each may do all that those after it may. */
    private static final List<String> ROLES = List.of("owner", "admin", "operator", "developer", "guest");

    /** The domain, and the realm's controller. */
    private static final String BACKEND = "backend";

    private final String weakest;
    private final String holder;

    Right(String weakest, String holder) {
        this.weakest = weakest;
        this.holder = holder;
    }

    /** Who has it, in words, for example {@code operator}. A stronger role has it too. */
    public String holder() {
        return holder;
    }

    /** Whether a session in this role has it; the empty text is that of a session whose role is not told. */
    public boolean held(String role) {
        if (role.equals(BACKEND) || this == EVERYBODY) {
            return true;
        }
        if (this == IS_NODE || this == IS_DOMAIN) {
            return role.equals(weakest);
        }
        int rank = ROLES.indexOf(role);
        return rank >= 0 && rank <= ROLES.indexOf(weakest);
    }

    /** The role of whoever has called; the empty text when it is not told. */
    public static String roleOf(Invocation invocation) {
        return invocation.details().text("caller_authrole").orElse("");
    }

    /** Refuses a caller who has it not. Error: {@code wamp.error.not_authorized}. */
    public void require(Invocation invocation) {
        String role = roleOf(invocation);
        if (!held(role)) {
            throw new ApplicationError(
                    Uris.NOT_AUTHORIZED,
                    "expected role " + holder + ", but found " + (role.isEmpty() ? "none" : role) + " for "
                            + invocation.procedure());
        }
    }
}
