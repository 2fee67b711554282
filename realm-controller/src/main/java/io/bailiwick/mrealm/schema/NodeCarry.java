package io.bailiwick.mrealm.schema;

import java.util.List;

/**
 * What the meter carries of a node from one interval to the next.
 *
 * @param last when its last heartbeat was received, milliseconds since the epoch; 0 when there was none
 * @param period the period of that heartbeat in seconds
 * @param running how many workers of each type it told of: controllers, host monitors, routers, containers, guests, proxies,
 *     market makers
 * @param rest milliseconds that were used and make no whole second yet: of the node, of workers of each type in the order above,
 *     of sessions
 * @param workers its routers
 */
public record NodeCarry(long last, long period, List<Integer> running, List<Long> rest, List<WorkerCarry> workers) {
    /** How many types of workers are told apart. */
    public static final int TYPES = 7;

    /** Nothing is known of the node. */
    public static final NodeCarry NONE = new NodeCarry(
            0,
            0,
            List.of(0, 0, 0, 0, 0, 0, 0),
            // the node, the types of its workers, and sessions
            List.of(0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L),
            List.of());

    /** Copies the lists. */
    public NodeCarry {
        running = List.copyOf(running);
        rest = List.copyOf(rest);
        workers = List.copyOf(workers);
    }

    /**
     * The same of a router worker.
     *
     * @param worker its id
     * @param last when its last heartbeat was received, milliseconds since the epoch
     * @param period the period of that heartbeat in seconds
     * @param sessions how many sessions it told of
     * @param counters where its counters of messages stood, -1 for one that it never told
     * @param life where the counters of its process stood that grow as long as it lives, likewise
     */
    public record WorkerCarry(
            String worker, long last, long period, long sessions, List<Long> counters, List<Long> life) {
        /** Copies the lists. */
        public WorkerCarry {
            counters = List.copyOf(counters);
            life = List.copyOf(life);
        }
    }
}
