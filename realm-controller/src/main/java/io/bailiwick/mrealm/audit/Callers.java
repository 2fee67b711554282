package io.bailiwick.mrealm.audit;

import io.bailiwick.router.audit.Actor;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Uris;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Who calls: as the router says with the call, and as the domain says of the session, which knows by which key it has joined.
 * Nothing is believed that a client says of itself. Those that were asked for lately are remembered: what a session is never
 * changes.
 */
final class Callers {
    /** Answers with {@code {user_oid, pubkey, address}} of a session of this realm; only the domain may register it. */
    static final String GET_CALLER = "io.bailiwick.domain.get_caller";

    private static final int MOST = 1_024;

    private final ClientSession session;
    /** Guarded by itself. */
    private final Map<Long, Actor> known = new LinkedHashMap<>(16, 0.75f, true);

    Callers(ClientSession session) {
        this.session = session;
    }

    /** Who has called. Fails when that cannot be said: then nothing is to be done for it. */
    CompletableFuture<Actor> of(Invocation invocation) {
        if (!(invocation.details().entries().get("caller") instanceof Number caller)) {
            return CompletableFuture.failedFuture(
                    new ApplicationError(Uris.NOT_AUTHORIZED, "expected a caller who is made known, but found none"));
        }
        long id = caller.longValue();
        synchronized (known) {
            Actor before = known.get(id);
            if (before != null) {
                return CompletableFuture.completedFuture(before);
            }
        }
        return session.call(GET_CALLER, id).handle((told, failure) -> {
            if (failure != null) {
                throw unknown(failure);
            }
            return remembered(id, actor(invocation, id, told));
        });
    }

    private static ApplicationError unknown(Throwable failure) {
        return RealmAudit.cause(failure) instanceof ApplicationError error
                        && error.uri().equals(Uris.CANCELED)
                ? new ApplicationError(Uris.CANCELED, "the caller has left")
                : new ApplicationError(
                        Uris.UNAVAILABLE, "expected the domain to say who calls, but it did not: try again later");
    }

    private static Actor actor(Invocation invocation, long id, Arguments told) {
        Map<?, ?> of = !told.list().isEmpty() && told.list().get(0) instanceof Map<?, ?> map ? map : Map.of();
        return new Actor(
                invocation.details().text("caller_authid").orElse(""),
                invocation.details().text("caller_authrole").orElse(""),
                of.get("user_oid") instanceof String oid ? UUID.fromString(oid) : null,
                text(of.get("pubkey")),
                id,
                text(of.get("address")));
    }

    private static @Nullable String text(@Nullable Object value) {
        return value instanceof String text ? text : null;
    }

    private Actor remembered(long id, Actor actor) {
        synchronized (known) {
            known.put(id, actor);
            if (known.size() > MOST) {
                known.remove(known.keySet().iterator().next());
            }
        }
        return actor;
    }
}
