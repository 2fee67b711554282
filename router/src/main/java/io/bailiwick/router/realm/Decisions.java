package io.bailiwick.router.realm;

import io.bailiwick.router.message.Message;
import io.bailiwick.router.session.Authorizer.Pending;
import io.bailiwick.router.session.Authorizer.Permission;
import io.bailiwick.router.session.Authorizer.Verdict;
import io.bailiwick.router.session.RealmMetrics;
import io.bailiwick.router.session.Timer;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests that somebody else decides on. The one that is being decided on waits, and what its session sends after it waits
 * behind it, in order; nobody else does. When the decision is there, or cannot be had, the request is handled again,
 * and then what stood behind it.
 */
final class Decisions {
    private static final Logger log = LoggerFactory.getLogger(Decisions.class);

    /** The decisions beside its requests that are awaited for one session: those who decide answer others too. */
    static final int MAX_ASIDES = 16;

    private final Executor realm;
    private final Timer timer;
    private final long deadlineMillis;
    private final BiConsumer<Seat, Message.FromClient> handler;
    private final RealmMetrics metrics;

    /** Whether the request that is handled now has waited and comes for the second time. */
    private boolean second;
    /** What came of the decision on the request that is handled now; null when it is (to be) asked for. */
    private @Nullable Outcome outcome;

    /**
     * What came of a decision.
     *
     * @param permission null when there was none
     */
    record Outcome(@Nullable Permission permission) {}

    /**
     * Nothing waits yet.
     *
     * @param realm runs steps of the realm, after those that were posted before
     * @param handler handles a message of a session, as if it had just come
     */
    Decisions(
            Executor realm,
            Timer timer,
            long deadlineMillis,
            BiConsumer<Seat, Message.FromClient> handler,
            RealmMetrics metrics) {
        this.realm = realm;
        this.timer = timer;
        this.deadlineMillis = deadlineMillis;
        this.handler = handler;
        this.metrics = metrics;
    }

    /**
     * Decides on what is no request of its own; nothing waits for it but who asks.
     *
     * @param seat whose right it is; null for one that nobody in the realm has
     * @param question asks whoever decides
     * @param then takes the decision on the realm's thread, at once or later, once; null when it could not be had in time, or
     *     too many are awaited for this session
     */
    void decide(@Nullable Seat seat, Supplier<Verdict> question, Consumer<@Nullable Permission> then) {
        if (seat != null && seat.asides >= MAX_ASIDES) {
            then.accept(null);
            return;
        }
        Verdict verdict;
        try {
            verdict = question.get();
        } catch (RuntimeException failure) {
            log.error("a right could not be decided", failure);
            then.accept(null);
            return;
        }
        if (verdict instanceof Permission permission) {
            then.accept(permission);
        } else if (verdict instanceof Pending pending) {
            new Aside(seat, then).await(pending);
        }
    }

    /** A decision that no request waits for. */
    private final class Aside {
        private final @Nullable Seat seat;
        private final Consumer<@Nullable Permission> then;
        private boolean over;

        private Aside(@Nullable Seat seat, Consumer<@Nullable Permission> then) {
            this.seat = seat;
            this.then = then;
        }

        private void await(Pending pending) {
            metrics.decisionAwaited();
            if (seat != null) {
                seat.asides++;
            }
            Timer.Timeout deadline = timer.after(deadlineMillis, () -> end(null));
            pending.decision()
                    .whenComplete((permission, failure) -> realm.execute(() -> {
                        deadline.cancel();
                        end(failure == null ? permission : null);
                    }));
        }

        private void end(@Nullable Permission permission) {
            if (over) {
                return;
            }
            over = true;
            if (seat != null) {
                seat.asides--;
            }
            if (permission == null) {
                metrics.decisionFailed();
            }
            then.accept(permission);
        }
    }

    /** What came of the decision on the request that is handled now; null when it is to be asked for. */
    @Nullable
    Outcome outcome() {
        return outcome;
    }

    /** Whether the request that is handled now was handled before, up to the point where a decision was missing. */
    boolean isSecondTime() {
        return second;
    }

    /** Lets a request wait. */
    void await(Seat seat, Message.FromClient request, Pending pending) {
        WaitingLine line = seat.line == null ? new WaitingLine() : seat.line;
        seat.line = line;
        WaitingLine.First first = line.decideOn(request.keep());
        metrics.decisionAwaited();
        first.endsBy(timer.after(
                deadlineMillis,
                () -> failed(seat, first, "there was no answer within " + deadlineMillis + " milliseconds")));
        pending.decision()
                .whenComplete((permission, failure) -> realm.execute(() -> {
                    if (failure == null) {
                        decided(seat, first, new Outcome(permission));
                    } else {
                        failed(seat, first, String.valueOf(failure.getMessage()));
                    }
                }));
    }

    /**
     * Lets a request wait that nobody decides on.
     *
     * @return lets it go on, on the realm's thread; without effect when its session has left
     */
    Runnable hold(Seat seat, Message.FromClient request) {
        WaitingLine line = seat.line == null ? new WaitingLine() : seat.line;
        seat.line = line;
        WaitingLine.First first = line.decideOn(request.keep());
        return () -> decided(seat, first, null);
    }

    private void failed(Seat seat, WaitingLine.First first, String why) {
        if (isAwaited(seat, first)) {
            log.warn(
                    "{}: nobody decided on its {}: {}",
                    seat.member(),
                    first.request().name(),
                    why);
            metrics.decisionFailed();
            decided(seat, first, new Outcome(null));
        }
    }

    /** Whether this decision still matters: the session is there, and the decision was not had in another way. */
    @SuppressWarnings("ReferenceEquality") // the object stands for one decision
    private static boolean isAwaited(Seat seat, WaitingLine.First first) {
        return !seat.member().isGone() && seat.line != null && seat.line.first() == first;
    }

    private void decided(Seat seat, WaitingLine.First first, @Nullable Outcome came) {
        if (!isAwaited(seat, first)) {
            return;
        }
        WaitingLine line = Objects.requireNonNull(seat.line);
        line.decided();
        second = true;
        outcome = came;
        try {
            handler.accept(seat, first.request());
        } finally {
            second = false;
            outcome = null;
        }
        while (!seat.member().isGone()) {
            Message.FromClient next = line.next();
            if (next == null) {
                break;
            }
            handler.accept(seat, next);
        }
        if (!seat.member().isGone() && line.freesPeer()) {
            seat.member().session().reading(true);
        }
    }

    /**
     * Lets a message wait behind the request that is being decided on.
     *
     * @return false when more waits than may
     */
    boolean queue(Seat seat, WaitingLine line, Message.FromClient message) {
        line.add(message.keep());
        if (line.stopsPeer()) {
            seat.member().session().reading(false);
        }
        return !line.isTooLong();
    }

    /** The rights of a session have changed: what it waits for is decided anew. */
    void again(Seat seat) {
        WaitingLine.First first = seat.line == null ? null : seat.line.first();
        if (first != null) {
            decided(seat, first, null);
        }
    }

    /** A session has left. */
    static void forget(Seat seat) {
        if (seat.line != null) {
            seat.line.decided();
            seat.line = null;
        }
    }
}
