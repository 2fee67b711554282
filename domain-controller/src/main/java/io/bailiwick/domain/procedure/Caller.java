package io.bailiwick.domain.procedure;

import io.bailiwick.domain.admission.Roles;
import io.bailiwick.domain.schema.User;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;

/**
 * Who called, as the router says: never as the caller says.
 *
 * @param authid the user's authid
 */
public record Caller(String authid) {

    /**
     * The user behind an invocation.
     *
     * @throws ApplicationError {@code fabric.not-authorized} when it is not a user's
     */
    public static Caller of(Invocation invocation) {
        Object authid = invocation.details().entries().get("caller_authid");
        Object role = invocation.details().entries().get("caller_authrole");
        if (!(authid instanceof String text) || !Roles.USER.equals(role)) {
            throw new ApplicationError(FabricErrors.NOT_AUTHORIZED, "expected a caller with role user");
        }
        return new Caller(text);
    }

    /** Whether it is the superuser. */
    public boolean isSuperuser() {
        return authid.equals(User.SUPERUSER);
    }
}
