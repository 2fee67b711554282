package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.bailiwick.domain.isolation.ControllerLimits;
import io.bailiwick.domain.isolation.ControllerOptions;
import io.bailiwick.domain.isolation.ControllerOptions.SandboxChoice;
import io.bailiwick.domain.supervision.RealmControllers;
import io.bailiwick.domain.supervision.RealmStatus;
import io.bailiwick.domain.supervision.WantedRealm;
import io.bailiwick.router.handshake.Claim;
import io.bailiwick.router.handshake.Decision;
import io.bailiwick.router.handshake.Decision.Admission;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.server.Router;
import io.bailiwick.router.transport.Network;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RestingRealmsTest {
    private static final Duration IDLE = Duration.ofMinutes(10);
    private static final long PATIENCE = 30;

    private final WantedRealm lazy = new WantedRealm(UUID.randomUUID(), "lazy");
    private final AtomicLong now = new AtomicLong();
    private final PlainChild child = new PlainChild();

    private static CompletableFuture<Decision> let(Claim claim) {
        return CompletableFuture.completedFuture(new Admission(
                String.valueOf(claim.realm()),
                "alice",
                "user",
                "ticket",
                "static",
                Dict.EMPTY,
                Optional.empty(),
                Set.of()));
    }

    private RealmStatus until(RealmControllers controllers, String state) throws Exception {
        return Fleet.until(
                state, () -> Optional.ofNullable(controllers.statuses().get(lazy.oid()))
                        .filter(status -> status.state().equals(state))
                        .orElse(null));
    }

    @Test
    void a_realm_that_somebody_waits_for_at_its_door_is_needed_however_long_its_start_takes() throws Exception {
        ControllerLimits standard = ControllerLimits.STANDARD;
        ControllerLimits onDemand = new ControllerLimits(
                standard.heap(), standard.metaspace(), standard.directMemory(), standard.openFiles(), IDLE);
        ControllerOptions options =
                new ControllerOptions(SandboxChoice.NONE, Duration.ofSeconds(10), onDemand, Map.of());
        ScheduledExecutorService supervisor = Executors.newSingleThreadScheduledExecutor();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        RestingRealms resting = new RestingRealms(RestingRealmsTest::let, options, now::get);
        // The list of who is there is looked at in the very moment in which the controller is ready.
        RealmControllers controllers = new RealmControllers(
                realm -> child, supervisor, Clock.systemUTC(), 1, status -> resting.seen(status, false));
        try (Network network = Network.open(1);
                Router router = Router.start(network, resting);
                controllers;
                resting) {
            controllers.rest(lazy);
            until(controllers, "idle");
            resting.begin(router, controllers, timer);
            CompletableFuture<Decision> decision = resting.authenticate(
                            new Claim("lazy", "alice", null, List.of("ticket"), Dict.EMPTY, Peer.LOCAL))
                    .toCompletableFuture();
            until(controllers, "starting");
            assertFalse(decision.isDone());
            now.addAndGet(IDLE.multipliedBy(2).toNanos());
            child.ready.complete(null);
            decision.get(PATIENCE, TimeUnit.SECONDS);
            RealmStatus ready = until(controllers, "ready");
            resting.seen(ready, false);
            now.addAndGet(IDLE.toNanos() - 1);
            resting.seen(ready, false);
            controllers.ready(lazy.oid(), Duration.ZERO).get(PATIENCE, TimeUnit.SECONDS);
            assertFalse(child.exited.isDone(), "the newcomer has had no time yet to be seen");
            now.addAndGet(1);
            resting.seen(ready, false);
            assertEquals(0, child.exited.get(PATIENCE, TimeUnit.SECONDS));
        } finally {
            timer.shutdownNow();
            supervisor.shutdownNow();
        }
    }
}
