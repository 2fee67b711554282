package io.bailiwick.router.child;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The life of a supervised child as a pure function: {@code (state, event, now) -> (state, action)}.
 *
 * <pre>
 *              TURN             READY
 *   WANTED ------------> STARTING ----> READY --- UNNEEDED, STOP ---> STOPPING ---> IDLE --- WANTED ---> WANTED
 *     ^                     |  \          |  \
 *     |                EXITED   overdue   |   HUNG, KILL          UNWANTED, from anywhere:
 *     |                     |    \      EXITED   \                  a child that runs -> STOPPING, STOP
 *     |                     v     v       v       v                 none runs         -> STOPPED
 *     +--- overdue --- WAITING  STOPPING  WAITING  STOPPING
 *     +--- overdue --- FAILED, in place of WAITING when the starts are used up
 * </pre>
 *
 * <p>Never asks for a START while a child may be alive: one that was too slow, or gave no sign of life, is ended first, and must
 * have left. The time is handed in, and should be one that never jumps.
 *
 * @param waits how long to wait before the first, second, ... start after a failure; the last one repeats
 * @param startDeadline from START to READY
 * @param budget so many starts are made within the window; when the last of them fails too, the child has FAILED
 * @param window see budget
 * @param pause how long a child that has FAILED is left alone before one more start is tried
 * @param health a child that has been READY for so long has its failures forgotten
 */
public record Lifecycle(
        List<Duration> waits, Duration startDeadline, int budget, Duration window, Duration pause, Duration health) {

    /** Waits of 1, 5, 10, 15, 30 s; 30 s to be ready; 5 starts in 5 min, then one every 5 min; forgotten after 10 min. */
    public static final Lifecycle STANDARD = new Lifecycle(
            List.of(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(30)),
            Duration.ofSeconds(30),
            5,
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(10));

    /** Where a child is in its life. */
    public enum Phase {
        /** To be started as soon as it is its turn. */
        WANTED,
        /** Started, not ready yet. */
        STARTING,
        /** Said READY. */
        READY,
        /** Has left, will be started again after a wait. */
        WAITING,
        /** Told to leave, has not left yet. */
        STOPPING,
        /** Not wanted, not running. */
        STOPPED,
        /** Wanted, but nobody needs it now: does not run until it is wanted again. */
        IDLE,
        /** Has left too often; is tried again now and then, or when an operator says so. */
        FAILED
    }

    /** What is to be done with the child. */
    public enum Action {
        NONE,
        START,
        STOP,
        /** It is not going to leave by itself. */
        KILL
    }

    /** What is to become of a child that is stopping, when it has left. */
    public enum Sequel {
        /** It is started again. */
        START,
        /** It is left alone until it is wanted again. */
        REST,
        /** It is forgotten. */
        END
    }

    /** What kinds of things happen. */
    public enum Kind {
        /** Time has passed. */
        TICK,
        /** It is the child's turn to be started. */
        TURN,
        /** The child said READY. */
        READY,
        /** The child has left, or could not be started. */
        EXITED,
        /** The child runs and gives no sign of life. */
        HUNG,
        /** The child is well, and nobody needs it now. */
        UNNEEDED,
        /** The child is not wanted any more. */
        UNWANTED,
        /** The child is wanted after all. */
        WANTED,
        /** An operator wants it to be tried now. */
        RETRY
    }

    /**
     * What happened.
     *
     * @param kind what
     * @param reason for EXITED and HUNG: why, for an operator; else empty
     */
    public record Event(Kind kind, String reason) {
        /** Time has passed. */
        public static final Event TICK = new Event(Kind.TICK, "");
        /** It is the child's turn to be started. */
        public static final Event TURN = new Event(Kind.TURN, "");
        /** The child said READY. */
        public static final Event READY = new Event(Kind.READY, "");
        /** The child is well, and nobody needs it now. */
        public static final Event UNNEEDED = new Event(Kind.UNNEEDED, "");
        /** The child is not wanted any more. */
        public static final Event UNWANTED = new Event(Kind.UNWANTED, "");
        /** The child is wanted after all. */
        public static final Event WANTED = new Event(Kind.WANTED, "");
        /** An operator wants it to be tried now. */
        public static final Event RETRY = new Event(Kind.RETRY, "");

        /** The child runs and gives no sign of life. */
        public static Event hung(String reason) {
            return new Event(Kind.HUNG, reason);
        }

        /** The child has left, or could not be started. */
        public static Event exited(String reason) {
            return new Event(Kind.EXITED, reason);
        }
    }

    /**
     * All there is to know of a child.
     *
     * @param phase where it is
     * @param since when it came there
     * @param due when a TICK will have an effect, or null for never
     * @param starts the starts that still count against the budget
     * @param failures how often it has failed since it was last healthy
     * @param exhausted whether the budget was used up since it was last healthy
     * @param sequel while STOPPING: what comes after
     * @param launches how often it was started in all
     * @param reason why it failed last, or null since it was READY
     */
    public record State(
            Phase phase,
            Instant since,
            @Nullable Instant due,
            List<Instant> starts,
            int failures,
            boolean exhausted,
            Sequel sequel,
            int launches,
            @Nullable String reason) {

        private State in(Phase next, Instant now, @Nullable Instant nextDue, @Nullable String why) {
            return new State(next, now, nextDue, starts, failures, exhausted, sequel, launches, why);
        }

        private State counting(List<Instant> counted, int failed, boolean usedUp) {
            return new State(phase, since, due, counted, failed, usedUp, sequel, launches, reason);
        }

        private State then(Sequel next) {
            return new State(phase, since, due, starts, failures, exhausted, next, launches, reason);
        }

        private State launched() {
            return new State(phase, since, due, starts, failures, exhausted, sequel, launches + 1, reason);
        }

        private boolean isOverdue(Instant now) {
            return due != null && !now.isBefore(due);
        }
    }

    /**
     * What comes of an event.
     *
     * @param state the state after it
     * @param action what is to be done
     */
    public record Next(State state, Action action) {}

    /** A child that is wanted and has never been started. */
    public State wanted(Instant now) {
        return new State(Phase.WANTED, now, null, List.of(), 0, false, Sequel.START, 0, null);
    }

    /** A child that is wanted when somebody needs it, and has never been started. */
    public State idle(Instant now) {
        return wanted(now).in(Phase.IDLE, now, null, null);
    }

    /** The function. An event that means nothing in the state changes nothing. */
    public Next next(State state, Event event, Instant now) {
        return switch (state.phase()) {
            case WANTED -> inWanted(state, event, now);
            case STARTING -> inStarting(state, event, now);
            case READY -> inReady(state, event, now);
            case WAITING, FAILED -> inWaiting(state, event, now);
            case STOPPING -> inStopping(state, event, now);
            case IDLE -> inIdle(state, event, now);
            case STOPPED -> event.kind() == Kind.WANTED ? none(wanted(now)) : none(state);
        };
    }

    private Next inWanted(State state, Event event, Instant now) {
        return switch (event.kind()) {
            case TURN -> {
                List<Instant> starts = recent(state, now);
                starts.add(now);
                State started = state.counting(List.copyOf(starts), state.failures(), state.exhausted())
                        .launched()
                        .in(Phase.STARTING, now, now.plus(startDeadline), state.reason());
                yield new Next(started, Action.START);
            }
            case UNWANTED -> none(state.in(Phase.STOPPED, now, null, null));
            default -> none(state);
        };
    }

    private Next inStarting(State state, Event event, Instant now) {
        return switch (event.kind()) {
            case READY -> none(state.in(Phase.READY, now, now.plus(health), null));
            case EXITED -> none(failed(state, event.reason(), now));
            case TICK ->
                state.isOverdue(now)
                        ? new Next(state.in(Phase.STOPPING, now, null, timeout()), Action.STOP)
                        : none(state);
            case UNWANTED -> new Next(state.then(Sequel.END).in(Phase.STOPPING, now, null, null), Action.STOP);
            default -> none(state);
        };
    }

    private Next inReady(State state, Event event, Instant now) {
        return switch (event.kind()) {
            case EXITED -> none(failed(state, event.reason(), now));
            case TICK ->
                none(
                        state.isOverdue(now)
                                ? state.counting(List.of(), 0, false).in(Phase.READY, state.since(), null, null)
                                : state);
            case HUNG -> new Next(state.in(Phase.STOPPING, now, null, event.reason()), Action.KILL);
            case UNNEEDED -> new Next(state.then(Sequel.REST).in(Phase.STOPPING, now, null, null), Action.STOP);
            case UNWANTED -> new Next(state.then(Sequel.END).in(Phase.STOPPING, now, null, null), Action.STOP);
            default -> none(state);
        };
    }

    private Next inIdle(State state, Event event, Instant now) {
        return switch (event.kind()) {
            case WANTED, RETRY -> none(state.then(Sequel.START).in(Phase.WANTED, now, null, null));
            case UNWANTED -> none(state.in(Phase.STOPPED, now, null, null));
            default -> none(state);
        };
    }

    private Next inWaiting(State state, Event event, Instant now) {
        return switch (event.kind()) {
            case TICK -> none(state.isOverdue(now) ? state.in(Phase.WANTED, now, null, state.reason()) : state);
            case RETRY -> none(state.counting(List.of(), 0, false).in(Phase.WANTED, now, null, state.reason()));
            case UNWANTED -> none(state.in(Phase.STOPPED, now, null, null));
            default -> none(state);
        };
    }

    private Next inStopping(State state, Event event, Instant now) {
        return switch (event.kind()) {
            case UNWANTED -> none(state.then(Sequel.END));
            case WANTED -> none(state.then(Sequel.START));
            case EXITED -> none(afterStop(state, now));
            default -> none(state);
        };
    }

    private State afterStop(State state, Instant now) {
        String reason = state.reason();
        return switch (state.sequel()) {
            case END -> state.in(Phase.STOPPED, now, null, null);
            case REST -> state.in(Phase.IDLE, now, null, null);
            case START -> reason == null ? state.in(Phase.WANTED, now, null, null) : failed(state, reason, now);
        };
    }

    private State failed(State state, String reason, Instant now) {
        List<Instant> starts = recent(state, now);
        boolean exhausted = state.exhausted() || starts.size() >= budget;
        Duration wait = exhausted ? pause : waits.get(Math.min(state.failures(), waits.size() - 1));
        return state.counting(List.copyOf(starts), state.failures() + 1, exhausted)
                .in(
                        exhausted ? Phase.FAILED : Phase.WAITING,
                        now,
                        now.plus(wait),
                        exhausted ? crashLoop(reason) : reason);
    }

    private List<Instant> recent(State state, Instant now) {
        List<Instant> recent = new ArrayList<>(state.starts());
        recent.removeIf(start -> !start.isAfter(now.minus(window)));
        return recent;
    }

    private String crashLoop(String reason) {
        return "crash loop, " + budget + " starts within " + window.toSeconds() + " s; the last: " + reason;
    }

    private String timeout() {
        return "start timeout: expected READY within " + startDeadline.toSeconds() + " s, but it did not come";
    }

    private static Next none(State state) {
        return new Next(state, Action.NONE);
    }
}
