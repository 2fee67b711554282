package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bailiwick.domain.metering.UsageReceiverOnLoopback;
import io.bailiwick.domain.metering.UsageReceiverOnLoopback.Fault;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.message.MatchPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Metering as a whole, with real processes, a real node, intervals of a second, a receiver over HTTP, and SIGKILL. */
class MeteringTest {
    private static final int KILLS = Integer.getInteger("bailiwick.kills", 2);
    private static final long SEED = Long.getLong("bailiwick.seed", System.nanoTime());
    private static final String LIST = "io.bailiwick.domain.list_usage";
    private static final String STATUS = "io.bailiwick.domain.get_metering_status";
    private static final long SECOND = 1_000_000_000L;

    private static Path options(Fleet fleet, UsageReceiverOnLoopback receiver) throws Exception {
        Path file = fleet.directory.resolve("master.yaml");
        Files.writeString(
                file,
                "restarts: {waits: [0], budget: 1000}\nmetering:\n  interval: 1\n  grace: 1\n  receiver:\n    url: "
                        + receiver.url() + "\n    timeout: 1\n    batch: 4\n");
        return file;
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> usage(ClientSession domain, String by) throws Exception {
        List<Map<String, Object>> all = new ArrayList<>();
        Object after = null;
        do {
            Map<String, Object> page = Fleet.dictionary(domain, LIST, null, null, null, by, 500, after);
            all.addAll((List<Map<String, Object>>) page.get("usage"));
            after = page.get("next");
        } while (after != null);
        return all;
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }

    private static long nodes(ClientSession domain) throws Exception {
        List<Map<String, Object>> total = usage(domain, "total");
        return total.isEmpty() ? 0 : number(total.get(0).get("nodes"));
    }

    @Test
    void what_a_real_node_uses_is_metered_announced_told_exported_and_submitted() throws Exception {
        try (Fleet fleet = new Fleet();
                UsageReceiverOnLoopback receiver = new UsageReceiverOnLoopback()) {
            fleet.startMaster("--config", options(fleet, receiver).toString());
            receiver.knowing(
                    KeyFiles.readPublicKey(fleet.data.resolve("master.pub")).hex());
            ClientSession domain = fleet.join(Fleet.DOMAIN);
            List<List<Object>> events = java.util.Collections.synchronizedList(new ArrayList<>());
            domain.subscribe(
                            "crossbarfabriccenter.domain.on_meter_usage",
                            MatchPolicy.EXACT,
                            event -> events.add(event.arguments().list()))
                    .get(10, TimeUnit.SECONDS);
            Fleet.call(domain, Fleet.MREALM + "pair_node", fleet.startNode("n1"), "default", "n1", Map.of());
            Fleet.until("some seconds of a node", () -> nodes(domain) >= 3);
            Fleet.until("an event", () -> !events.isEmpty());
            assertEquals(4, events.get(0).size());
            Object oid = usage(domain, "total").get(0).get("mrealm_oid");
            assertTrue(number(Fleet.dictionary(domain, "io.bailiwick.domain.get_usage", oid)
                            .get("nodes"))
                    >= 3);
            ClientSession realm = fleet.join("default");
            List<?> ofNodes = (List<?>) Fleet.call(realm, "io.bailiwick.mrealm.list_node_usage", "n1");
            assertTrue(ofNodes.get(0) instanceof Map<?, ?> row && "n1".equals(row.get("authid")), ofNodes.toString());
            Fleet.until("a batch at the receiver", () -> !receiver.records().isEmpty());
            Fleet.Outcome csv = fleet.run(
                    "usage", "export", "default", "--by", "interval", "--url", fleet.url(), "--key", keyFile(fleet));
            assertEquals(0, csv.exitCode(), csv.err());
            String[] lines = csv.out().split("\r\n");
            assertTrue(lines[0].startsWith("mrealm_oid,mrealm_name,from,until,intervals,count,total,nodes,"), lines[0]);
            assertTrue(lines[1].contains(",default,20"), lines[1]);
            Fleet.Outcome json = fleet.run(
                    "usage",
                    "export",
                    "--by",
                    "total",
                    "--format",
                    "JSON",
                    "--url",
                    fleet.url(),
                    "--key",
                    keyFile(fleet));
            assertTrue(json.out().contains("\"mrealm_name\":\"default\""), json.out() + json.err());
            Fleet.Outcome status = fleet.run("usage", "status", "--url", fleet.url(), "--key", keyFile(fleet));
            assertTrue(status.out().contains("pending"), status.out() + status.err());
            Fleet.Outcome list = fleet.run("usage", "list", "--url", fleet.url(), "--key", keyFile(fleet));
            assertTrue(list.out().contains("default"), list.out() + list.err());
        }
    }

    private static String keyFile(Fleet fleet) {
        return fleet.superuserKeyFile().toString();
    }

    @Test
    void a_realm_that_is_deleted_is_metered_until_then() throws Exception {
        try (Fleet fleet = new Fleet()) {
            fleet.startMaster();
            ClientSession domain = fleet.join(Fleet.DOMAIN);
            Fleet.call(domain, Fleet.MREALM + "pair_node", fleet.startNode("n1"), "default", "n1", Map.of());
            ClientSession realm = fleet.join("default");
            Fleet.until(
                    "heartbeats of some seconds",
                    () -> ((List<?>) Fleet.call(realm, "io.bailiwick.mrealm.get_heartbeats", "n1", null, null, 500))
                                    .size()
                            >= 4);
            long before = System.currentTimeMillis() * 1_000_000;
            // Intervals are of five minutes: this one is open.
            Fleet.call(domain, Fleet.MREALM + "delete_mrealm_by_name", "default", true);
            assertTrue(nodes(domain) >= 2, nodes(domain) + " seconds");
            List<Map<String, Object>> rows = usage(domain, "interval");
            assertTrue(number(rows.get(rows.size() - 1).get("until_ns")) >= before, rows.toString());
        }
    }

    @Test
    void kills_of_realm_controller_and_master_lose_no_interval_and_double_none() throws Exception {
        System.out.println("metering: " + KILLS + " kills of each, seed " + SEED);
        Random random = new Random(SEED);
        try (Fleet fleet = new Fleet();
                UsageReceiverOnLoopback receiver = new UsageReceiverOnLoopback()) {
            Process master =
                    fleet.startMaster("--config", options(fleet, receiver).toString());
            receiver.knowing(
                    KeyFiles.readPublicKey(fleet.data.resolve("master.pub")).hex());
            long began = System.nanoTime();
            ClientSession first = fleet.join(Fleet.DOMAIN);
            Fleet.call(first, Fleet.MREALM + "pair_node", fleet.startNode("n1"), "default", "n1", Map.of());
            Fleet.until("a first second", () -> nodes(first) >= 1);
            for (int kill = 0; kill < KILLS; kill++) {
                ClientSession domain = fleet.join(Fleet.DOMAIN);
                long pid = Fleet.until("a controller", () -> {
                    long now = Fleet.controllerPid(domain, "default");
                    return now > 0 ? now : null;
                });
                // The moment of a kill is random: this is the fault, not a wait for a condition.
                TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                long before = nodes(domain);
                Fleet.until("metering goes on", () -> nodes(domain) > before);
                receiver.faults.addAll(List.of(Fault.TAKE_AND_CLOSE, Fault.ANSWER_500));
                TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
                List<ProcessHandle> children = master.descendants().toList();
                master.destroyForcibly();
                for (ProcessHandle child : children) {
                    child.onExit().get(20, TimeUnit.SECONDS);
                }
                master = fleet.startMaster("--config", options(fleet, receiver).toString());
            }
            ClientSession domain = fleet.join(Fleet.DOMAIN);
            long before = nodes(domain);
            Fleet.until("metering goes on", () -> nodes(domain) > before);
            fleet.process("n1").destroyForcibly().waitFor();
            settle(domain, receiver);
            List<Map<String, Object>> rows = usage(domain, "interval");
            long end = 0;
            for (Map<String, Object> row : rows) {
                assertEquals(SECOND, number(row.get("until_ns")) - number(row.get("from_ns")));
                assertTrue(number(row.get("from_ns")) >= end, "in order, and none twice");
                end = number(row.get("until_ns"));
            }
            List<Long> numbers = new ArrayList<>();
            for (JsonNode batch : receiver.bodies()) {
                batch.get("records")
                        .forEach(record -> numbers.add(record.get("seq").longValue()));
            }
            List<Long> all = new ArrayList<>();
            for (long number = 1; number <= rows.size(); number++) {
                all.add(number);
            }
            assertEquals(all, numbers, "each record once and in order, seed " + SEED);
            assertEquals(receiver.records().size(), new HashSet<>(receiver.records()).size());
            assertEquals(List.of(), receiver.wrong());
            long elapsed = Duration.ofNanos(System.nanoTime() - began).toSeconds();
            assertTrue(nodes(domain) <= elapsed, nodes(domain) + " seconds of one node in " + elapsed);
        }
    }

    /** Waits until what was used is metered to its end and submitted. */
    private static void settle(ClientSession domain, UsageReceiverOnLoopback receiver) throws Exception {
        long[] last = {-1, System.nanoTime()};
        Fleet.until("the last interval", () -> {
            long rows = usage(domain, "interval").size();
            if (rows != last[0]) {
                last[0] = rows;
                last[1] = System.nanoTime();
            }
            boolean quiet = System.nanoTime() - last[1] > 4 * SECOND;
            return quiet
                    && receiver.records().size() == rows
                    && number(Fleet.dictionary(domain, STATUS).get("pending")) == 0;
        });
    }

    @Test
    void an_error_of_arguments_is_told_to_who_asks() throws Exception {
        try (Fleet fleet = new Fleet()) {
            fleet.startMaster();
            Fleet.Outcome wrong =
                    fleet.run("usage", "list", "--from", "yesterday", "--url", fleet.url(), "--key", keyFile(fleet));
            assertEquals(2, wrong.exitCode(), wrong.err());
            assertTrue(wrong.err().contains("--from: expected a day"), wrong.err());
            Fleet.Outcome none = fleet.run("usage", "list", "nowhere", "--url", fleet.url(), "--key", keyFile(fleet));
            assertEquals(3, none.exitCode(), none.err());
        }
    }
}
