package io.bailiwick.domain.audit;

import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.session.SessionDetails;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Origins by the sessions of a realm. Those that were asked for lately are remembered: what a session is never changes. */
public final class SessionOrigins implements Origins {
    private static final int MOST = 1_024;

    private final Supplier<CompletableFuture<List<SessionDetails>>> sessions;
    /** Guarded by itself. */
    private final Map<Long, Origin> known = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * Origins of who is in a realm.
     *
     * @param sessions those that are in it now
     */
    public SessionOrigins(Supplier<CompletableFuture<List<SessionDetails>>> sessions) {
        this.sessions = sessions;
    }

    @Override
    public CompletableFuture<Origin> of(Invocation invocation) {
        if (!(invocation.details().entries().get("caller") instanceof Number caller)) {
            return CompletableFuture.completedFuture(Origin.UNKNOWN);
        }
        return of(caller.longValue());
    }

    /** The origin of a session. Ends with {@code wamp.error.canceled} when there is none of this id, or no more. */
    public CompletableFuture<Origin> of(long id) {
        synchronized (known) {
            Origin before = known.get(id);
            if (before != null) {
                return CompletableFuture.completedFuture(before);
            }
        }
        return sessions.get().thenApply(all -> all.stream()
                .filter(session -> session.session() == id)
                .findFirst()
                .map(session -> remembered(id, origin(session)))
                .orElseThrow(() -> new ApplicationError(Uris.CANCELED, "the caller has left")));
    }

    private Origin remembered(long id, Origin origin) {
        synchronized (known) {
            known.put(id, origin);
            if (known.size() > MOST) {
                known.remove(known.keySet().iterator().next());
            }
        }
        return origin;
    }

    /** The mark of a login by key is the key itself. */
    private static Origin origin(SessionDetails session) {
        String address = session.transport().text("listener").orElse("")
                + " "
                + session.transport().text("peer").orElse("");
        return new Origin(
                session.authid(),
                session.authrole(),
                session.provenBy().stream().findFirst().orElse(null),
                address.strip());
    }
}
