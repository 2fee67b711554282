package io.bailiwick.domain;

import io.bailiwick.domain.activation.UserKeys;
import io.bailiwick.domain.admission.Roles;
import io.bailiwick.domain.procedure.KeyProcedures;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.server.Router;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.Table.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Ends the sessions of keys that do not count any more, in all realms. */
final class KeySessions implements KeyProcedures.Sessions {
    private static final String REVOKED = "The key of this session was revoked.";

    private final Router router;
    private final Store<GlobalSchema> store;
    private final Duration handshake;
    private final ScheduledExecutorService timer;
    private final Executor workers;

    /**
     * Sessions of a router.
     *
     * @param handshake from a decision of the admission to the session that it let in, at most
     * @param workers may block
     */
    KeySessions(
            Router router,
            Store<GlobalSchema> store,
            Duration handshake,
            ScheduledExecutorService timer,
            Executor workers) {
        this.router = router;
        this.store = store;
        this.handshake = handshake;
        this.timer = timer;
        this.workers = workers;
    }

    @Override
    public CompletableFuture<List<Long>> revoked(String pubkey) {
        // A handshake that was decided before may end after.
        timer.schedule(() -> later(pubkey), handshake.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return CompletableFuture.supplyAsync(() -> end(pubkey), workers).thenCompose(ended -> ended);
        } catch (RejectedExecutionException busy) {
            later(pubkey);
            return CompletableFuture.completedFuture(List.of());
        }
    }

    private void later(String pubkey) {
        try {
            workers.execute(() -> end(pubkey));
        } catch (RejectedExecutionException busy) {
            timer.schedule(() -> later(pubkey), 1, TimeUnit.SECONDS);
        }
    }

    private CompletableFuture<List<Long>> end(String pubkey) {
        String mark = UserKeys.mark(pubkey);
        List<String> realms = new ArrayList<>(List.of(Roles.DOMAIN_REALM));
        store.read(tx -> store.schema().mrealms.all(tx).map(Row::row).toList())
                .forEach(realm -> realms.add(realm.name()));
        List<CompletableFuture<List<Long>>> ends = realms.stream()
                .map(realm ->
                        router.end(realm, session -> session.provenBy().contains(mark), Uris.AUTH_CHANGED, REVOKED))
                .toList();
        return CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new))
                .thenApply(all ->
                        ends.stream().flatMap(ended -> ended.join().stream()).toList());
    }
}
