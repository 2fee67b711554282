package io.bailiwick.mrealm.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.mrealm.beat.BeatReaderTest;
import io.bailiwick.router.client.ClientSession.Event;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
    private final PairedNodes paired = new PairedNodes();
    private final Refusals refusals = new Refusals();
    private final Heartbeats heartbeats = new Heartbeats(paired::byAuthid, refusals);
    private final Node node = new Node(UUID.randomUUID(), "n1", Map.of());

    @BeforeEach
    void pair() {
        paired.add(node);
        paired.add(new Node(UUID.randomUUID(), "n2", Map.of()));
    }

    private static Event event(String authid, String authrole, Object... arguments) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("publisher", 5L);
        details.put("publisher_authid", authid);
        details.put("publisher_authrole", authrole);
        return new Event("crossbarfabriccenter.node.on_heartbeat", Arguments.of(arguments), Dict.of(details));
    }

    private void refused(String reason, Event event) {
        assertTrue(heartbeats.node(event, 1).isEmpty());
        String report = refusals.report().orElse("nothing");
        assertTrue(report.contains(reason), report);
    }

    @Test
    void a_heartbeat_of_the_node_itself_is_believed() {
        Heartbeats.NodeBeat beat = heartbeats
                .node(event("n1", "node", "n1", BeatReaderTest.beat()), 7)
                .orElseThrow();
        assertEquals(node, beat.node());
        assertEquals(7, beat.row().timestamp());
        assertEquals(5, beat.session());
        assertEquals(0, refusals.total());
    }

    @Test
    void a_heartbeat_in_the_name_of_another_node_is_refused() {
        refused("in the name of another node", event("n2", "node", "n1", BeatReaderTest.beat()));
    }

    @Test
    void a_heartbeat_of_who_is_no_node_is_refused() {
        refused("no node", event("n1", "owner", "n1", BeatReaderTest.beat()));
    }

    @Test
    void a_heartbeat_without_disclosed_publisher_is_refused() {
        refused("without a disclosed publisher", event(null, null, "n1", BeatReaderTest.beat()));
    }

    @Test
    void a_heartbeat_of_a_node_that_is_not_paired_is_refused() {
        refused("not paired", event("n3", "node", "n3", BeatReaderTest.beat()));
    }

    @Test
    void malformed_heartbeats_are_counted_and_never_thrown() {
        refused("in the name", event("n1", "node"));
        refused("malformed", event("n1", "node", "n1"));
        refused("malformed", event("n1", "node", "n1", "beat"));
        refused("malformed", event("n1", "node", "n1", Map.of()));
        assertTrue(heartbeats
                .worker(event("n1", "node", "n1", "", BeatReaderTest.beat()), 1)
                .isEmpty());
        assertTrue(heartbeats
                .worker(event("n1", "node", "n1", "w".repeat(129), BeatReaderTest.beat()), 1)
                .isEmpty());
        assertEquals(6, refusals.total());
    }

    @Test
    void a_worker_heartbeat_is_believed_by_the_same_rule() {
        assertTrue(heartbeats
                .worker(event("n1", "node", "n1", "controller", BeatReaderTest.beat()), 1)
                .isPresent());
        assertFalse(heartbeats
                .worker(event("n2", "node", "n1", "controller", BeatReaderTest.beat()), 1)
                .isPresent());
    }

    @Test
    void a_report_holds_no_line_breaks_of_others_and_is_told_once() {
        refusals.count("malformed", "a\nfake line\u001b[2J" + "x".repeat(500));
        String report = refusals.report().orElseThrow();
        assertFalse(report.contains("\n") || report.contains("\u001b"), report);
        assertTrue(report.length() < 300, report);
        assertTrue(refusals.report().isEmpty());
    }
}
