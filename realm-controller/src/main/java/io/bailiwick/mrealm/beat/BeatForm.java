package io.bailiwick.mrealm.beat;

import java.util.UUID;

/**
 * Which figures a kind of heartbeats has, in which order. The order is part of the format of a store: figures may be added at
 * the end, and none may be moved or taken away.
 *
 * @param <T> the heartbeat
 */
interface BeatForm<T> {
    /** The figures with which all begin: when it was received, its number, when it was sent, seconds between two. */
    int TIMESTAMP = 0;

    int SEQ = 1;
    int SENT = 2;
    int PERIOD = 3;

    /** How many figures there are. The first is when it was received. */
    int number();

    /** A bit for each figure that is a decimal; part of the format, too. */
    long decimals();

    /** The bits of these figures. */
    static long bits(int... figures) {
        long bits = 0;
        for (int figure : figures) {
            bits |= 1L << figure;
        }
        return bits;
    }

    /** The figures of a heartbeat. */
    Figures figures(T beat);

    /** The heartbeat of these figures. */
    T beat(Owner owner, Figures figures);

    /** Whose it is. */
    Owner owner(T beat);

    /**
     * Whose heartbeat it is.
     *
     * @param mrealm the realm's object id, the same for all of a store
     * @param worker empty for the node itself
     */
    record Owner(UUID mrealm, UUID node, String worker) {}
}
