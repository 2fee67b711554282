package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.link.Peer;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.session.RealmMetrics;
import io.bailiwick.router.session.RoleLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;

/** Reasons not to read from a peer, and ids of sessions. */
class ValveTest {
    private final List<String> told = new ArrayList<>();
    private final Valve valve = new Valve(new Link() {
        @Override
        public boolean send(Message message) {
            return true;
        }

        @Override
        public void close() {}

        @Override
        public Peer peer() {
            return Peer.LOCAL;
        }

        @Override
        public void reading(boolean wanted) {
            told.add(wanted ? "go on" : "stop");
        }
    });

    @Test
    @Conforms(Feature.RATES)
    void a_peer_is_read_from_again_when_the_last_reason_against_it_is_gone() {
        valve.close(Valve.Reason.RATE);
        valve.close(Valve.Reason.BACKLOG);
        valve.close(Valve.Reason.RATE);
        valve.open(Valve.Reason.RATE);
        valve.open(Valve.Reason.DECISION);
        assertEquals(List.of("stop"), told);
        valve.open(Valve.Reason.BACKLOG);
        assertEquals(List.of("stop", "go on"), told);
        valve.open(Valve.Reason.BACKLOG);
        assertEquals(List.of("stop", "go on"), told);
    }

    @Test
    @Conforms(Feature.LIFECYCLE)
    void a_session_that_is_over_has_no_reason_any_more() {
        valve.close(Valve.Reason.DECISION);
        valve.release();
        assertEquals(List.of("stop", "go on"), told);
        valve.close(Valve.Reason.RATE);
        valve.open(Valve.Reason.RATE);
        valve.release();
        assertEquals(List.of("stop", "go on"), told);
    }

    @Test
    @Conforms({Feature.LIFECYCLE, Feature.RATES})
    void what_the_session_before_has_sent_counts_for_the_rate_of_the_next() {
        ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
        try {
            RoleLimits.Traffic slow = RoleLimits.Traffic.UNLIMITED.withRate(1, 3);
            Pacer before = new Pacer(slow, () -> 0L, loop, valve, RealmMetrics.NONE);
            before.received();
            before.received();
            before.received();
            assertEquals(List.of(), told);
            Pacer next = new Pacer(slow, () -> 0L, loop, valve, RealmMetrics.NONE, before.full());
            next.received();
            assertEquals(List.of("stop"), told);
        } finally {
            loop.shutdownNow();
        }
    }

    @Test
    @Conforms(Feature.IDS)
    void an_id_in_use_is_not_given_again_before_it_is_released() {
        long[] drawn = {0};
        long[] source = {5, 5, 5, 6, 5};
        SessionIds ids = new SessionIds(() -> source[(int) drawn[0]++]);
        assertEquals(5, ids.claim());
        assertEquals(6, ids.claim());
        ids.release(5);
        assertEquals(5, ids.claim());
        assertEquals(2, ids.inUse());
    }

    @Test
    @Conforms(Feature.IDS)
    void ids_are_spread_over_1_to_2_to_the_53() {
        SessionIds ids = new SessionIds();
        long low = Long.MAX_VALUE;
        long high = 0;
        for (int i = 0; i < 10_000; i++) {
            long id = ids.claim();
            low = Math.min(low, id);
            high = Math.max(high, id);
        }
        assertEquals(true, low >= 1 && low < 1L << 43 && high <= 1L << 53 && high > (1L << 53) - (1L << 43));
    }
}
