package io.bailiwick.domain.audit.procedure;

import io.bailiwick.domain.admission.Roles;
import io.bailiwick.domain.audit.Origins.Origin;
import io.bailiwick.domain.audit.SessionOrigins;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.Role;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.message.Uris;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the domain tells the controller of a management realm of those who call it, on that realm. The router has it from their
 * logins: nothing of it is what they say of themselves.
 */
public final class CallerProcedures {
    private final Work work;
    private final SessionOrigins origins;

    /**
     * For the controller of one realm.
     *
     * @param origins of the sessions of that realm
     */
    public CallerProcedures(Work work, SessionOrigins origins) {
        this.work = work;
        this.origins = origins;
    }

    /**
     * Who a session of the realm is, for the record of what it does.
     *
     * @param session its id
     * @return {@code {user_oid, pubkey, address}}: the row of the user, the key by which the session joined, its listener and where
     *     it comes from; what is not known is null. Who: the realm's controller. Errors: {@code wamp.error.not_authorized}, {@code wamp.error.canceled} (it has
     *     left)
     */
    @Procedure(
            value = "io.bailiwick.domain.get_caller",
            does =
                    "Tells which user and key is behind a session of this realm, and where it comes from; for its controller"
                            + " only.")
    public CompletableFuture<Map<String, @Nullable Object>> getCaller(long session, Invocation invocation) {
        if (!Roles.BACKEND.equals(invocation.details().entries().get("caller_authrole"))) {
            throw new ApplicationError(Uris.NOT_AUTHORIZED, "expected a caller with role backend");
        }
        return origins.of(session).thenCompose(origin -> user(origin).thenApply(user -> form(origin, user)));
    }

    /** Nodes may be called as they like, and be none the more a user for it. */
    private CompletableFuture<Optional<UUID>> user(Origin origin) {
        return Role.of(origin.authrole()).isEmpty()
                ? CompletableFuture.completedFuture(Optional.empty())
                : work.read(tx -> work.schema().idxUsersByEmail.key(tx, origin.authid()));
    }

    private static Map<String, @Nullable Object> form(Origin origin, Optional<UUID> user) {
        Map<String, @Nullable Object> form = new LinkedHashMap<>();
        form.put("user_oid", user.map(UUID::toString).orElse(null));
        form.put("pubkey", origin.pubkey());
        form.put("address", origin.address());
        return form;
    }
}
