package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.bailiwick.domain.isolation.ControllerLimits;
import io.bailiwick.domain.isolation.ControllerOptions;
import io.bailiwick.domain.isolation.ControllerOptions.SandboxChoice;
import io.bailiwick.domain.supervision.RealmControllers;
import io.bailiwick.domain.supervision.RealmStatus;
import io.bailiwick.domain.supervision.SteadyClock;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RestingRealmsTest {
    private static final Duration IDLE = Duration.ofMinutes(10);
    private static final long PATIENCE = 30;

    private final WantedRealm lazy = new WantedRealm(UUID.randomUUID(), "lazy");
    private final AtomicLong now = new AtomicLong();
    private final PlainChild child = new PlainChild();
    /** What is started, one after another. */
    private final List<PlainChild> children = new CopyOnWriteArrayList<>(List.of(child));

    private final ScheduledExecutorService supervisor = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final AtomicReference<Function<Claim, Decision>> deciding = new AtomicReference<>(RestingRealmsTest::let);
    private final RestingRealms resting = new RestingRealms(
            claim -> CompletableFuture.completedFuture(deciding.get().apply(claim)), options(), now::get);
    // The list of who is there is looked at in the very moment in which the controller is ready.
    private final RealmControllers controllers = new RealmControllers(
            realm -> children.remove(0),
            supervisor,
            SteadyClock.setBy(Clock.systemUTC()),
            1,
            status -> resting.seen(status, false));
    private final Network network = Network.open(1);
    private final Router router = Router.start(network, resting);

    @AfterEach
    void stop() {
        resting.close();
        controllers.close();
        router.close();
        network.close();
        timer.shutdownNow();
        supervisor.shutdownNow();
    }

    private static ControllerOptions options() {
        ControllerLimits standard = ControllerLimits.STANDARD;
        ControllerLimits onDemand = new ControllerLimits(
                standard.heap(), standard.metaspace(), standard.directMemory(), standard.openFiles(), IDLE);
        return new ControllerOptions(SandboxChoice.NONE, Duration.ofSeconds(10), onDemand, Map.of());
    }

    private static Decision let(Claim claim) {
        return new Admission(
                String.valueOf(claim.realm()),
                "alice",
                "user",
                "ticket",
                "static",
                Dict.EMPTY,
                Optional.empty(),
                Set.of());
    }

    private CompletableFuture<Decision> knocks() {
        return resting.authenticate(new Claim("lazy", "alice", null, List.of("ticket"), Dict.EMPTY, Peer.LOCAL))
                .toCompletableFuture();
    }

    private RealmStatus until(String state) throws Exception {
        return Fleet.until(
                state, () -> Optional.ofNullable(controllers.statuses().get(lazy.oid()))
                        .filter(status -> status.state().equals(state))
                        .orElse(null));
    }

    @Test
    void a_realm_that_somebody_waits_for_at_its_door_is_needed_however_long_its_start_takes() throws Exception {
        controllers.rest(lazy);
        until("idle");
        resting.begin(router, controllers, timer);
        CompletableFuture<Decision> decision = knocks();
        until("starting");
        assertFalse(decision.isDone());
        now.addAndGet(IDLE.multipliedBy(2).toNanos());
        child.ready.complete(null);
        decision.get(PATIENCE, TimeUnit.SECONDS);
        RealmStatus ready = until("ready");
        resting.seen(ready, false);
        now.addAndGet(IDLE.toNanos() - 1);
        resting.seen(ready, false);
        controllers.ready(lazy.oid(), Duration.ZERO).get(PATIENCE, TimeUnit.SECONDS);
        assertFalse(child.exited.isDone(), "the newcomer has had no time yet to be seen");
        now.addAndGet(1);
        resting.seen(ready, false);
        assertEquals(0, child.exited.get(PATIENCE, TimeUnit.SECONDS));
    }

    /** Holds up the supervision until it is released. */
    private CountDownLatch holdUp() {
        CountDownLatch released = new CountDownLatch(1);
        supervisor.execute(() -> assertDoesNotThrow(() -> released.await()));
        return released;
    }

    @Test
    void who_comes_before_the_supervision_has_taken_note_of_the_realm_waits_too() throws Exception {
        resting.begin(router, controllers, timer);
        CountDownLatch released = holdUp();
        controllers.rest(lazy);
        CompletableFuture<Decision> decision = knocks();
        assertFalse(decision.isDone());
        released.countDown();
        until("starting");
        assertFalse(decision.isDone());
        child.ready.complete(null);
        assertInstanceOf(Admission.class, decision.get(PATIENCE, TimeUnit.SECONDS));
    }

    @Test
    void nobody_is_let_into_a_realm_that_was_sent_to_rest_and_has_not_left_yet() throws Exception {
        controllers.want(lazy);
        resting.begin(router, controllers, timer);
        child.ready.complete(null);
        RealmStatus ready = until("ready");
        resting.seen(ready, false);
        now.addAndGet(IDLE.toNanos());
        CountDownLatch released = holdUp();
        resting.seen(ready, false);
        CompletableFuture<Decision> first = knocks();
        resting.seen(controllers.statuses().get(lazy.oid()), false);
        List<CompletableFuture<Decision>> decisions = List.of(first, knocks());
        assertEquals("ready", controllers.statuses().get(lazy.oid()).state());
        decisions.forEach(decision -> assertFalse(decision.isDone()));
        PlainChild next = new PlainChild();
        children.add(next);
        released.countDown();
        assertEquals(0, child.exited.get(PATIENCE, TimeUnit.SECONDS));
        until("starting");
        decisions.forEach(decision -> assertFalse(decision.isDone()));
        next.ready.complete(null);
        for (CompletableFuture<Decision> decision : decisions) {
            assertInstanceOf(Admission.class, decision.get(PATIENCE, TimeUnit.SECONDS));
        }
    }

    @Test
    void what_was_decided_before_a_wait_is_decided_anew_after_it() throws Exception {
        controllers.rest(lazy);
        resting.begin(router, controllers, timer);
        CompletableFuture<Decision> decision = knocks();
        until("starting");
        deciding.set(claim -> Decision.Refusal.of("com.example.gone", "not any more"));
        child.ready.complete(null);
        assertInstanceOf(Decision.Refusal.class, decision.get(PATIENCE, TimeUnit.SECONDS));
    }

    @Test
    void who_comes_while_a_realm_is_stopped_for_good_does_not_start_it_again() throws Exception {
        PlainChild stays = new PlainChild() {
            @Override
            public CompletableFuture<Integer> stop(Duration grace) {
                return exited;
            }
        };
        children.set(0, stays);
        stays.ready.complete(null);
        controllers.want(lazy);
        until("ready");
        resting.begin(router, controllers, timer);
        CompletableFuture<Void> gone = controllers.unwant(lazy.oid());
        until("stopping");
        knocks().get(PATIENCE, TimeUnit.SECONDS);
        stays.leave(0);
        gone.get(PATIENCE, TimeUnit.SECONDS);
        Fleet.until("forgotten", () -> controllers.statuses().isEmpty() ? true : null);
    }

    @Test
    void a_realm_that_was_started_for_another_reason_rests_again() throws Exception {
        controllers.want(lazy);
        resting.begin(router, controllers, timer);
        child.ready.complete(null);
        resting.seen(until("ready"), false);
        now.addAndGet(IDLE.toNanos());
        resting.seen(until("ready"), false);
        until("idle");
        PlainChild next = PlainChild.atOnce();
        children.add(next);
        controllers.want(lazy);
        RealmStatus again = until("ready");
        resting.seen(again, false);
        now.addAndGet(IDLE.toNanos() - 1);
        resting.seen(again, false);
        assertEquals("ready", controllers.statuses().get(lazy.oid()).state());
        assertFalse(next.exited.isDone());
        now.addAndGet(1);
        resting.seen(again, false);
        assertEquals(0, next.exited.get(PATIENCE, TimeUnit.SECONDS));
    }
}
