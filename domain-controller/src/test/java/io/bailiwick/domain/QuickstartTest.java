package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The main job, as a user runs it. */
class QuickstartTest {
    @Test
    void theWholeRoadIsShownAndNothingIsLeft() throws Exception {
        try (Fleet fleet = new Fleet()) {
            Fleet.Outcome outcome = fleet.run("quickstart");
            assertEquals(0, outcome.exitCode(), outcome.out() + outcome.err());
            for (int step = 1; step <= 7; step++) {
                assertTrue(outcome.out().contains("[" + step + "/7] "), outcome.out());
            }
            for (String event : new String[] {"on_mrealm_created", "on_node_paired", "on_node_ready", "on_heartbeat"}) {
                assertTrue(outcome.out().contains(event), event + " in " + outcome.out());
            }
        }
    }
}
