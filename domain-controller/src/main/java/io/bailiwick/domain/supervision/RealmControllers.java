package io.bailiwick.domain.supervision;

import io.bailiwick.router.child.Child;
import io.bailiwick.router.child.ChildLeftException;
import io.bailiwick.router.child.Lifecycle;
import io.bailiwick.router.child.Lifecycle.Action;
import io.bailiwick.router.child.Lifecycle.Event;
import io.bailiwick.router.child.Lifecycle.Phase;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings wanted realms and running realm controllers into agreement. Creating a realm, restarting a controller that died
 * and booting the domain are the same: {@link #want}, and {@link #reconcile} does the rest, by the rules of
 * {@link Lifecycle}. A realm that cannot start is shown as failed, with its reason, and takes nothing from the others.
 *
 * <p>Methods may be called from any thread and return at once (but {@link #close}). They take effect on the executor's one
 * thread, in the order of the calls. Futures complete on that thread too.
 */
public final class RealmControllers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RealmControllers.class);
    /** How long a controller may take to leave, unless told otherwise. */
    public static final Duration STOP_GRACE = Duration.ofSeconds(5);
    /** How long a controller may give no sign of life, unless told otherwise. */
    public static final Duration HUNG_AFTER = Duration.ofSeconds(10);
    /** What close waits beyond the two graces that a stop may take. */
    private static final Duration CLOSE_MARGIN = Duration.ofSeconds(2);

    private final RealmStarter starter;
    private final ScheduledExecutorService supervisor;
    private final Clock clock;
    private final Turns turns;
    private final Consumer<RealmStatus> listener;
    private final Lifecycle lifecycle;
    private final Duration grace;
    /** From one question for a sign of life to the next. */
    private final Duration interval;
    /** Times as people read them. */
    private final UnaryOperator<Instant> shown;

    /** Touched by the supervisor's thread alone, as all that is in it. */
    private final Map<UUID, Supervised> realms = new LinkedHashMap<>();

    private final Map<UUID, RealmStatus> statuses = new ConcurrentHashMap<>();
    private @Nullable ScheduledFuture<?> alarm;
    private @Nullable ScheduledFuture<?> round;
    private volatile boolean closed;

    /**
     * A supervision that wants nothing yet.
     *
     * @param starter starts the controller of a realm
     * @param supervisor the one thread of this object: must have a single thread, and must outlive it
     * @param clock tells the time; should be one that does not jump, a {@link SteadyClock}
     * @param maxConcurrentStarts how many controllers may be on their way to READY at the same time, at most: fewer when so many
     *     at once come to nothing
     * @param listener is told each change of a status, on the supervisor's thread; must return soon
     */
    public RealmControllers(
            RealmStarter starter,
            ScheduledExecutorService supervisor,
            Clock clock,
            int maxConcurrentStarts,
            Consumer<RealmStatus> listener) {
        this(starter, supervisor, clock, maxConcurrentStarts, listener, Lifecycle.STANDARD, STOP_GRACE);
    }

    /**
     * The same with other times.
     *
     * @param lifecycle when a controller that dies is started again
     * @param grace how long a controller may take to leave before it is ended, and again before it is killed
     */
    public RealmControllers(
            RealmStarter starter,
            ScheduledExecutorService supervisor,
            Clock clock,
            int maxConcurrentStarts,
            Consumer<RealmStatus> listener,
            Lifecycle lifecycle,
            Duration grace) {
        this(starter, supervisor, clock, maxConcurrentStarts, listener, lifecycle, grace, HUNG_AFTER);
    }

    /**
     * The same with another patience.
     *
     * @param hungAfter how long a controller that is ready may give no sign of life; then it is killed and started again, at the
     *     latest a quarter of that time later
     */
    public RealmControllers(
            RealmStarter starter,
            ScheduledExecutorService supervisor,
            Clock clock,
            int maxConcurrentStarts,
            Consumer<RealmStatus> listener,
            Lifecycle lifecycle,
            Duration grace,
            Duration hungAfter) {
        if (maxConcurrentStarts < 1) {
            throw new IllegalArgumentException(
                    "maxConcurrentStarts: expected at least 1, but found " + maxConcurrentStarts);
        }
        this.starter = starter;
        this.supervisor = supervisor;
        this.clock = clock;
        this.turns = new Turns(maxConcurrentStarts);
        this.listener = listener;
        this.lifecycle = lifecycle;
        this.grace = grace;
        this.interval = hungAfter.dividedBy(Pulse.ROUNDS);
        this.shown = clock instanceof SteadyClock steady ? steady::onWall : UnaryOperator.identity();
    }

    /**
     * Wants a realm's controller to run, from now on. To want it again changes nothing, unless it was being stopped or is idle:
     * then it is started.
     */
    public void want(WantedRealm realm) {
        want(realm, lifecycle::wanted);
    }

    /** As {@link #want(WantedRealm)}, but one that is not known yet is idle: it is started when it is wanted once more. */
    public void rest(WantedRealm realm) {
        want(realm, lifecycle::idle);
    }

    private void want(WantedRealm realm, Function<Instant, Lifecycle.State> first) {
        execute(() -> {
            if (closed) {
                return;
            }
            Supervised known = realms.get(realm.oid());
            if (known == null) {
                Supervised added = new Supervised(realm, first.apply(clock.instant()));
                realms.put(realm.oid(), added);
                publish(added);
            } else {
                happen(known, Event.WANTED);
            }
            turn();
        });
    }

    /**
     * Wants the controller of a realm that is known, be it idle, and waits as {@link #ready} does.
     *
     * @param name of the realm
     * @return completes at once when no realm of that name is known, or it is not wanted any more: that is for others to change
     */
    public CompletableFuture<Void> awake(String name, Duration deadline) {
        return waiting(ready -> {
            Supervised realm = realms.values().stream()
                    .filter(each -> each.realm().name().equals(name))
                    .findFirst()
                    .orElse(null);
            if (realm == null || realm.isEnding()) {
                ready.complete(null);
                return;
            }
            happen(realm, Event.WANTED);
            turn();
            realm.awaitReady(ready, deadline, supervisor);
        });
    }

    /** Nobody needs the controller of a realm now: one that is ready is stopped, and idle until it is wanted again. */
    public void unneeded(UUID oid) {
        execute(() -> {
            Supervised realm = realms.get(oid);
            if (realm != null) {
                happen(realm, Event.UNNEEDED);
                turn();
            }
        });
    }

    /**
     * Waits until the controller of a realm is ready.
     *
     * @param deadline how long to wait at most
     * @return completes when it is; exceptionally with {@link RealmFailedException} when it has failed or is not wanted,
     *     or with {@link StartTimeoutException} when the deadline has passed; either tells the reason
     */
    public CompletableFuture<Void> ready(UUID oid, Duration deadline) {
        return waiting(ready -> {
            Supervised realm = realms.get(oid);
            if (realm == null) {
                ready.completeExceptionally(new RealmFailedException("realm " + oid + " is not wanted"));
            } else {
                realm.awaitReady(ready, deadline, supervisor);
            }
        });
    }

    /** Begins to wait, on the supervisor's thread. */
    private CompletableFuture<Void> waiting(Consumer<CompletableFuture<Void>> begin) {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        if (!execute(() -> begin.accept(ready))) {
            ready.completeExceptionally(new RealmFailedException("the domain has ended"));
        }
        // A copy: what a caller does to it does not reach into the supervision.
        return ready.copy();
    }

    /**
     * Wants a realm's controller to run no longer: stops it and forgets it.
     *
     * @return completes when its process is gone; at once when the realm is not known
     */
    public CompletableFuture<Void> unwant(UUID oid) {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        boolean taken = execute(() -> {
            unwantNow(oid).thenRun(() -> gone.complete(null));
            turn();
        });
        if (!taken) {
            gone.complete(null);
        }
        return gone.copy();
    }

    /** An operator's order: tries a realm that waits or has failed now, with a fresh budget of starts. */
    public void retry(UUID oid) {
        execute(() -> {
            Supervised realm = realms.get(oid);
            if (realm != null) {
                happen(realm, Event.RETRY);
                turn();
            }
        });
    }

    /** How it stands with each realm that is wanted or still being stopped: a copy, by object id. */
    public Map<UUID, RealmStatus> statuses() {
        Map<UUID, RealmStatus> copy = new HashMap<>();
        statuses.forEach((oid, status) -> copy.put(oid, status.since(shown.apply(status.since()))));
        return Map.copyOf(copy);
    }

    /** Does now what is due. Runs by itself whenever something happens or falls due: calling it more often does no harm. */
    public void reconcile() {
        execute(this::turn);
    }

    /**
     * Stops all controllers side by side and waits until they are gone: at most twelve seconds. Not to be called on the
     * supervisor's thread.
     */
    @Override
    public void close() {
        closed = true;
        CompletableFuture<Void> gone = new CompletableFuture<>();
        boolean taken = execute(() -> {
            List<CompletableFuture<Void>> leaving =
                    List.copyOf(realms.keySet()).stream().map(this::unwantNow).toList();
            CompletableFuture.allOf(leaving.toArray(CompletableFuture[]::new))
                    .whenComplete((done, failure) -> gone.complete(null));
        });
        if (!taken) {
            return;
        }
        try {
            gone.get(grace.multipliedBy(2).plus(CLOSE_MARGIN).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("Realm controllers are still running: {}", statuses.values());
        } catch (ExecutionException e) {
            throw new IllegalStateException("a future that nobody fails has failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private CompletableFuture<Void> unwantNow(UUID oid) {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        Supervised realm = realms.get(oid);
        if (realm == null) {
            gone.complete(null);
        } else {
            realm.awaitGone(gone);
            happen(realm, Event.UNWANTED);
        }
        return gone;
    }

    /** Lets time pass for all, gives turns to those who wait for one, and sets the alarm for what is due next. */
    private void turn() {
        for (Supervised realm : List.copyOf(realms.values())) {
            happen(realm, Event.TICK);
        }
        List<Supervised> waiting = realms.values().stream()
                .filter(realm -> realm.isIn(Phase.WANTED))
                .sorted(Comparator.comparing((Supervised realm) -> realm.state().since()))
                .toList();
        for (Supervised realm : waiting) {
            if (turns.isFree(starting())) {
                happen(realm, Event.TURN);
            }
        }
        setAlarm();
        setRound();
    }

    private long starting() {
        return realms.values().stream()
                .filter(realm -> realm.isIn(Phase.STARTING))
                .count();
    }

    private void setAlarm() {
        if (alarm != null) {
            alarm.cancel(false);
            alarm = null;
        }
        Instant next = realms.values().stream()
                .map(realm -> realm.state().due())
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
        if (next != null) {
            // One millisecond more than is left, for a part of one was cut off: never wake before it is due.
            long millis = Math.max(0, Duration.between(clock.instant(), next).toMillis()) + 1;
            alarm = supervisor.schedule(this::turn, millis, TimeUnit.MILLISECONDS);
        }
    }

    /** Feels the pulse of all that are ready. Sets its own alarm, when it is through, and not by a clock. */
    private void feel() {
        round = null;
        for (Supervised realm : List.copyOf(realms.values())) {
            Child child = realm.child();
            if (child != null && realm.isIn(Phase.READY)) {
                Pulse pulse = realm.pulse();
                if (pulse == null) {
                    pulse = new Pulse(child, interval);
                    realm.pulse(pulse);
                }
                pulse.round().map(Event::hung).ifPresent(hung -> happen(realm, hung));
                publish(realm);
            }
        }
        turn();
    }

    private void setRound() {
        boolean anyReady = realms.values().stream().anyMatch(realm -> realm.isIn(Phase.READY));
        if (round == null && anyReady) {
            round = supervisor.schedule(this::feel, interval.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void happen(Supervised realm, Event event) {
        Instant now = clock.instant();
        Lifecycle.Next next = lifecycle.next(realm.state(), event, now);
        count(realm.state().phase(), event.kind(), next.state().phase());
        realm.state(next.state(), shown.apply(now));
        Child child = realm.child();
        if (next.action() == Action.START) {
            start(realm);
        } else if (next.action() == Action.STOP && child != null) {
            child.stop(grace);
        } else if (next.action() == Action.KILL && child != null) {
            child.kill();
        }
        publish(realm);
    }

    private void count(Phase before, Lifecycle.Kind kind, Phase after) {
        if (before == Phase.STARTING && after == Phase.READY) {
            turns.inTime();
        } else if (before == Phase.STARTING && kind == Lifecycle.Kind.TICK && after == Phase.STOPPING) {
            turns.late();
        }
    }

    private void start(Supervised realm) {
        Child child;
        try {
            child = starter.start(realm.realm());
        } catch (IOException | RuntimeException e) {
            happen(realm, Event.exited(String.valueOf(e.getMessage())));
            return;
        }
        realm.child(child);
        child.ready()
                .thenRun(() -> execute(() -> {
                    // A child that was replaced has nothing to say any more.
                    if (realm.child() == child) {
                        happen(realm, Event.READY);
                        turn();
                    }
                }));
        child.exited()
                .whenComplete((code, failure) -> execute(() -> {
                    if (realm.child() == child) {
                        realm.child(null);
                        happen(realm, Event.exited(reason(child, code, failure)));
                        turn();
                    }
                }));
    }

    private static String reason(Child child, @Nullable Integer code, @Nullable Throwable failure) {
        return code == null
                ? "lost: " + failure
                : String.valueOf(new ChildLeftException(code, child.lastLines()).getMessage());
    }

    /** Shows the state to whoever is interested, if there is anything new. */
    private void publish(Supervised realm) {
        RealmStatus status = realm.status();
        UUID oid = status.oid();
        boolean stopped = realm.isIn(Phase.STOPPED);
        RealmStatus before = stopped ? statuses.remove(oid) : statuses.put(oid, status);
        if (stopped) {
            realms.remove(oid, realm);
        }
        if (!status.equals(before)) {
            LOG.info(
                    "Realm {}: {}{}",
                    status.name(),
                    status.state(),
                    status.reason() == null ? "" : ": " + status.reason());
            try {
                listener.accept(status.since(shown.apply(status.since())));
            } catch (RuntimeException e) {
                LOG.warn("A listener failed at the status of realm {}", status.name(), e);
            }
        }
        realm.tellWaiters();
    }

    /** Whether the work was taken: not any more when the domain has ended, whose children then leave by themselves. */
    private boolean execute(Runnable work) {
        try {
            supervisor.execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            LOG.debug("The supervision has ended", e);
            return false;
        }
    }
}
