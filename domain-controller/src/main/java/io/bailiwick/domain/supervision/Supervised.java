package io.bailiwick.domain.supervision;

import io.bailiwick.router.child.Child;
import io.bailiwick.router.child.Lifecycle;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One realm: what is known of it, its process, and who waits for what. Touched by the thread of the supervision alone. */
final class Supervised {
    private final WantedRealm realm;
    private final List<CompletableFuture<Void>> awaitingReady = new ArrayList<>();
    private final List<CompletableFuture<Void>> awaitingGone = new ArrayList<>();
    private Lifecycle.State state;
    private @Nullable Child child;
    private @Nullable Pulse pulse;
    private RealmStatus.@Nullable Failure last;

    Supervised(WantedRealm realm, Lifecycle.State state) {
        this.realm = realm;
        this.state = state;
    }

    WantedRealm realm() {
        return realm;
    }

    Lifecycle.State state() {
        return state;
    }

    /**
     * It has come into another state.
     *
     * @param now as people read it
     */
    void state(Lifecycle.State next, Instant now) {
        if (next.failures() > state.failures()) {
            // The state forgets it when the child is ready again; whoever asks afterwards does not.
            last = new RealmStatus.Failure(next.reason(), now);
        }
        state = next;
    }

    boolean isIn(Lifecycle.Phase phase) {
        return state.phase() == phase;
    }

    /** Whether it is being stopped for good, or has been. */
    boolean isEnding() {
        return isIn(Lifecycle.Phase.STOPPED)
                || (isIn(Lifecycle.Phase.STOPPING) && state.sequel() == Lifecycle.Sequel.END);
    }

    @Nullable
    Child child() {
        return child;
    }

    void child(@Nullable Child running) {
        child = running;
        pulse = null;
    }

    /** The signs of life of the child that runs; null as long as nobody has asked for one. */
    @Nullable
    Pulse pulse() {
        return pulse;
    }

    void pulse(Pulse felt) {
        pulse = felt;
    }

    RealmStatus status() {
        String trouble = pulse == null || pulse.trouble().isEmpty() ? null : pulse.trouble();
        return RealmStatus.of(realm, state, child == null ? null : child.pid(), trouble, last);
    }

    /** Somebody waits until it is ready, or it is certain that it will not be, or the deadline has passed. */
    void awaitReady(CompletableFuture<Void> waiter, Duration deadline, ScheduledExecutorService supervisor) {
        awaitingReady.add(waiter);
        tellWaiters();
        if (!waiter.isDone()) {
            ScheduledFuture<?> timeout =
                    supervisor.schedule(() -> expire(waiter, deadline), deadline.toMillis(), TimeUnit.MILLISECONDS);
            waiter.whenComplete((done, failure) -> timeout.cancel(false));
        }
    }

    private void expire(CompletableFuture<Void> waiter, Duration deadline) {
        RealmStatus status = status();
        waiter.completeExceptionally(new StartTimeoutException("start timeout: realm " + status.name()
                + " was not ready within " + deadline.toMillis() / 1000.0 + " s; it is " + status.state()
                + (status.reason() == null ? "" : ": " + status.reason())));
    }

    void awaitGone(CompletableFuture<Void> waiter) {
        awaitingGone.add(waiter);
    }

    /** Tells those who wait what they wait for, as far as the state has brought it. */
    void tellWaiters() {
        awaitingReady.removeIf(CompletableFuture::isDone);
        switch (state.phase()) {
            case READY -> List.copyOf(awaitingReady).forEach(waiter -> waiter.complete(null));
            case FAILED -> fail("realm " + realm.name() + " has failed: " + state.reason());
            case IDLE -> fail("realm " + realm.name() + " is idle: nobody needs its controller");
            case STOPPING, STOPPED -> {
                if (isEnding()) {
                    fail("realm " + realm.name() + " is not wanted any more");
                }
            }
            default -> {}
        }
        if (child == null) {
            List.copyOf(awaitingGone).forEach(waiter -> waiter.complete(null));
            awaitingGone.clear();
        }
    }

    private void fail(String message) {
        List.copyOf(awaitingReady).forEach(waiter -> waiter.completeExceptionally(new RealmFailedException(message)));
    }
}
