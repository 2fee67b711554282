package io.bailiwick.router.session;

import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;

/**
 * What a realm is given from outside: it has no clock, no randomness, no thread and no I/O of its own, so that a test can
 * be all of them.
 *
 * @param authorizer decides what each session may do
 * @param payloads reads and writes the payloads of the realm's own procedures and events
 * @param ids session and publication ids: at random from 1 to 2^53
 * @param clock tells the time of day, for what is shown to people
 * @param timer runs a step of the realm later
 * @param random a number from 0 to below its argument, for choices among equals
 * @param revocation takes the authid of a session that was killed: what it could come back with, cookies and tickets, is not
 *     to be accepted any more. Must not wait and must not throw
 * @param metrics counts what happens
 */
public record Surroundings(
        Authorizer authorizer,
        PayloadCodec payloads,
        LongSupplier ids,
        InstantSource clock,
        Timer timer,
        IntUnaryOperator random,
        Consumer<String> revocation,
        RealmMetrics metrics) {

    /** Surroundings where a killed session has nothing that could be revoked, and nobody counts. */
    public Surroundings(
            Authorizer authorizer,
            PayloadCodec payloads,
            LongSupplier ids,
            InstantSource clock,
            Timer timer,
            IntUnaryOperator random) {
        this(authorizer, payloads, ids, clock, timer, random, authid -> {}, RealmMetrics.NONE);
    }

    /** These surroundings with other rights. */
    public Surroundings with(Authorizer other) {
        return new Surroundings(other, payloads, ids, clock, timer, random, revocation, metrics);
    }

    /** These surroundings with another timer. */
    public Surroundings with(Timer other) {
        return new Surroundings(authorizer, payloads, ids, clock, other, random, revocation, metrics);
    }

    /** These surroundings with other chances. */
    public Surroundings with(IntUnaryOperator other) {
        return new Surroundings(authorizer, payloads, ids, clock, timer, other, revocation, metrics);
    }
}
