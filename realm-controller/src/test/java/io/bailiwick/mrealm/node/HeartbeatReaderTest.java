package io.bailiwick.mrealm.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.mrealm.node.HeartbeatReader.Receipt;
import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.ProtocolViolation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeartbeatReaderTest {
    private static final UUID NODE = UUID.randomUUID();
    private static final UUID REALM = UUID.randomUUID();
    private static final Receipt RECEIPT = new Receipt(99, NODE, REALM, 4L);

    static Map<String, Object> beat() {
        Map<String, Object> beat = new LinkedHashMap<>();
        beat.put("timestamp", 1_700_000_000_000_000_000L);
        beat.put("period", 10L);
        beat.put("mrealm_id", "default");
        beat.put("seq", 3L);
        beat.put("state", 1L);
        return beat;
    }

    private static Dict with(String key, Object value) {
        Map<String, Object> beat = beat();
        beat.put(key, value);
        return Dict.at("heartbeat", beat);
    }

    @Test
    void a_bare_heartbeat_is_enough() {
        MNodeLog log = HeartbeatReader.node(RECEIPT, Dict.at("heartbeat", beat()));
        assertEquals(99, log.timestamp());
        assertEquals(NODE, log.nodeId());
        assertEquals(REALM, log.mrealmId());
        assertEquals(4, log.session());
        assertEquals(1_700_000_000_000_000_000L, log.sent());
        assertEquals(10, log.period());
        assertEquals(3, log.seq());
        assertEquals(1, log.state());
        assertNull(log.cpu());
    }

    @Test
    void workers_are_counted_by_type() {
        Dict beat = with("workers", Map.of("controller", 1L, "router", 2L, "xbrmm", 3L, "proxy", 4L));
        MNodeLog.Workers workers = HeartbeatReader.node(RECEIPT, beat).workers();
        assertEquals(new MNodeLog.Workers(1, 2, 0, 0, 4, 3, 0), workers);
        assertEquals(
                Map.of("controller", 1L, "router", 2L, "xbrmm", 3L, "proxy", 4L), HeartbeatReader.workersByType(beat));
    }

    @Test
    void iowait_is_kept() {
        Dict beat = with("system", Map.of("cpu", Map.of("iowait", 1.5, "user", 2L)));
        MNodeLog.Cpu cpu = HeartbeatReader.node(RECEIPT, beat).cpu();
        assertEquals(1.5, cpu.iowait());
        assertEquals(2.0, cpu.user());
    }

    @Test
    void connections_are_kept_by_address_family() {
        Dict beat = with(
                "system",
                Map.of(
                        "network",
                        Map.of("bytes_recv", 5L, "connection", Map.of("AF_INET", 1L, "AF_INET6", 2L, "AF_UNIX", 3L))));
        MNodeLog.Network network = HeartbeatReader.node(RECEIPT, beat).network();
        assertEquals(5, network.bytesRecv());
        assertEquals(1, network.connectionAfInet());
        assertEquals(2, network.connectionAfInet6());
        assertEquals(3, network.connectionAfUnix());
    }

    @Test
    void memory_and_disk_are_kept() {
        Dict beat = with(
                "system",
                Map.of(
                        "memory",
                        Map.of("total", 8L, "percent", 12.5),
                        "disk",
                        Map.of("busy_time", 7L, "write_count", 6.0)));
        MNodeLog log = HeartbeatReader.node(RECEIPT, beat);
        assertEquals(8, log.memory().total());
        assertEquals(12.5, log.memory().percent());
        assertEquals(7, log.disk().busyTime());
        assertEquals(6, log.disk().writeCount(), "a count that came as a float");
    }

    @Test
    void write_ios_of_a_worker_are_kept() {
        Dict beat =
                with("process", Map.of("write_ios", 11L, "read_ios", 12L, "cpu_user", 0.25, "write_ios_per_sec", 2L));
        MWorkerLog.ProcessStats process =
                HeartbeatReader.worker(RECEIPT, "w1", beat).process();
        assertEquals(11, process.writeIos());
        assertEquals(12, process.readIos());
        assertEquals(2, process.writeIosPerSec());
        assertEquals(0.25, process.cpuUser());
    }

    @Test
    void the_flat_figures_of_the_nodes_own_process_are_kept() {
        Map<String, Object> beat = beat();
        beat.put("type", "controller");
        beat.put("num_fds", 40L);
        beat.put("num_ctx_switches_voluntary", 41L);
        MWorkerLog log = HeartbeatReader.worker(RECEIPT, "controller", Dict.at("heartbeat", beat));
        assertEquals(8, log.type());
        assertEquals(40, log.process().numFds());
        assertEquals(41, log.process().numCtxSwitchesVoluntary());
    }

    @Test
    void messages_of_a_router_are_kept_by_type() {
        Dict beat = with(
                "router",
                Map.of("roles", 2L, "sessions", 3L, "messages", Map.of("Call", 4L, "published", 5L, "EVENT", 6L)));
        MWorkerLog.RouterStats router =
                HeartbeatReader.worker(RECEIPT, "w", beat).router();
        assertEquals(2, router.routerRoles());
        assertEquals(3, router.routerSessions());
        assertEquals(4, router.recvCall());
        assertEquals(5, router.sentPublished());
        assertEquals(6, router.sentEvent());
        assertNull(router.recvYield());
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "period", "seq"})
    void a_heartbeat_without_this_is_refused(String key) {
        Map<String, Object> beat = beat();
        beat.remove(key);
        ProtocolViolation violation =
                assertThrows(ProtocolViolation.class, () -> HeartbeatReader.node(RECEIPT, Dict.at("heartbeat", beat)));
        assertTrue(violation.getMessage().contains(key), violation.getMessage());
    }

    @Test
    void a_value_of_the_wrong_type_refuses_the_heartbeat() {
        refused("seq", "three");
        refused("seq", -1L);
        refused("period", 86_401L);
        refused("state", 3L);
        refused("workers", 1L);
        refused("workers", Map.of("router", 65_536L));
        refused("system", Map.of("cpu", "none"));
        refused("system", Map.of("cpu", Map.of("user", "much")));
        refused("system", Map.of("memory", Map.of("total", "much")));
    }

    private static void refused(String key, Object value) {
        assertThrows(ProtocolViolation.class, () -> HeartbeatReader.node(RECEIPT, with(key, value)), key);
    }
}
