package io.bailiwick.mrealm.beat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.mrealm.beat.BeatReader.Receipt;
import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.codec.Payloads;
import io.bailiwick.router.codec.TokenReader;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Payload;
import io.bailiwick.router.message.ProtocolViolation;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Heartbeats as nodes send them, read into what is kept of them. */
public class BeatReaderTest {
    private static final UUID NODE = UUID.randomUUID();
    private static final UUID REALM = UUID.randomUUID();
    private static final Receipt RECEIPT = new Receipt(99, NODE, 4L);
    private static final BeatBytes<MNodeLog> NODES = BeatBytes.ofNodes(REALM);
    private static final BeatBytes<MWorkerLog> WORKERS = BeatBytes.ofWorkers(REALM);

    /** The entries that a heartbeat must have. */
    public static Map<String, Object> beat() {
        Map<String, Object> beat = new LinkedHashMap<>();
        beat.put("timestamp", 1_700_000_000_000_000_000L);
        beat.put("period", 10L);
        beat.put("mrealm_id", "default");
        beat.put("seq", 3L);
        beat.put("state", 1L);
        return beat;
    }

    private static Map<String, Object> with(String key, Object value) {
        Map<String, Object> beat = beat();
        beat.put(key, value);
        return beat;
    }

    /** A reader at the dictionary of a heartbeat. */
    public static TokenReader tokens(Map<String, Object> beat) {
        return tokens(Format.CBOR, beat);
    }

    private static TokenReader tokens(Format format, Map<String, Object> beat) {
        TokenReader tokens = TokenReader.ofPayload(Payloads.encode(format, Arguments.of(beat)));
        assertEquals(TokenReader.Kind.LIST, tokens.next());
        assertEquals(TokenReader.Kind.DICT, tokens.next());
        return tokens;
    }

    private static MNodeLog node(Map<String, Object> beat) {
        return NODES.beat(BeatReader.node(RECEIPT, tokens(beat)).row());
    }

    private static MWorkerLog worker(String worker, Map<String, Object> beat) {
        return WORKERS.beat(BeatReader.worker(RECEIPT, worker, tokens(beat)));
    }

    @Test
    void a_bare_heartbeat_is_enough() {
        MNodeLog log = node(beat());
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
        Map<String, Object> beat = with("workers", Map.of("controller", 1L, "router", 2L, "xbrmm", 3L, "proxy", 4L));
        MNodeLog.Workers workers = node(beat).workers();
        assertEquals(new MNodeLog.Workers(1, 2, 0, 0, 4, 3, 0), workers);
        assertEquals(
                Map.of("controller", 1L, "router", 2L, "xbrmm", 3L, "proxy", 4L),
                BeatReader.node(RECEIPT, tokens(beat)).workers());
    }

    @Test
    void iowait_is_kept() {
        Map<String, Object> beat = with("system", Map.of("cpu", Map.of("iowait", 1.5, "user", 2L)));
        MNodeLog.Cpu cpu = node(beat).cpu();
        assertEquals(1.5, cpu.iowait());
        assertEquals(2.0, cpu.user());
    }

    @Test
    void connections_are_kept_by_address_family() {
        Map<String, Object> beat = with(
                "system",
                Map.of(
                        "network",
                        Map.of("bytes_recv", 5L, "connection", Map.of("AF_INET", 1L, "AF_INET6", 2L, "AF_UNIX", 3L))));
        MNodeLog.Network network = node(beat).network();
        assertEquals(5, network.bytesRecv());
        assertEquals(1, network.connectionAfInet());
        assertEquals(2, network.connectionAfInet6());
        assertEquals(3, network.connectionAfUnix());
    }

    @Test
    void memory_and_disk_are_kept() {
        Map<String, Object> beat = with(
                "system",
                Map.of(
                        "memory",
                        Map.of("total", 8L, "percent", 12.5),
                        "disk",
                        Map.of("busy_time", 7L, "write_count", 6.0)));
        MNodeLog log = node(beat);
        assertEquals(8, log.memory().total());
        assertEquals(12.5, log.memory().percent());
        assertEquals(7, log.disk().busyTime());
        assertEquals(6, log.disk().writeCount(), "a count that came as a float");
    }

    @Test
    void write_ios_of_a_worker_are_kept() {
        Map<String, Object> beat =
                with("process", Map.of("write_ios", 11L, "read_ios", 12L, "cpu_user", 0.25, "write_ios_per_sec", 2L));
        MWorkerLog.ProcessStats process = worker("w1", beat).process();
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
        MWorkerLog log = worker("controller", beat);
        assertEquals(8, log.type());
        assertEquals(40, log.process().numFds());
        assertEquals(41, log.process().numCtxSwitchesVoluntary());
    }

    @Test
    void messages_of_a_router_are_kept_by_type() {
        Map<String, Object> beat = with(
                "router",
                Map.of("roles", 2L, "sessions", 3L, "messages", Map.of("Call", 4L, "published", 5L, "EVENT", 6L)));
        MWorkerLog.RouterStats router = worker("w", beat).router();
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
        ProtocolViolation violation = assertThrows(ProtocolViolation.class, () -> node(beat));
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
        assertThrows(ProtocolViolation.class, () -> node(with(key, value)), key);
    }

    @Test
    void a_heartbeat_is_the_same_in_every_format_and_its_head_is_told() {
        Map<String, Object> beat = with("system", Map.of("cpu", Map.of("user", 1.25, "ctx_switches", 1L << 40)));
        MNodeLog expected = node(beat);
        for (Format format : Format.values()) {
            BeatRow row = BeatReader.node(RECEIPT, tokens(format, beat)).row();
            assertEquals(expected, NODES.beat(row), format.id());
            assertEquals(99, row.timestamp());
            assertEquals(3, row.seq());
            assertEquals(1_700_000_000_000_000_000L, row.sent());
            assertEquals(10, row.period());
        }
    }

    @Test
    void what_is_not_known_is_passed_over_and_null_is_missing() {
        Map<String, Object> beat = with("state", null);
        beat.put("news", Map.of("list", List.of(1L, List.of(Map.of("seq", 7L)), "text"), "seq", 8L));
        Map<String, Object> memory = new LinkedHashMap<>();
        memory.put("total", null);
        memory.put("used", 5L);
        memory.put("of", List.of(1L));
        beat.put("system", memory(memory));
        MNodeLog log = node(beat);
        assertEquals(3, log.seq());
        assertEquals(0, log.state());
        assertNull(log.memory().total());
        assertEquals(5, log.memory().used());
        assertNull(log.cpu());
    }

    private static Map<String, Object> memory(Map<String, Object> memory) {
        Map<String, Object> system = new LinkedHashMap<>();
        system.put("uptime", 1L);
        system.put("cpu", null);
        system.put("memory", memory);
        return system;
    }

    @Test
    void of_entries_of_one_name_the_last_counts() {
        byte[] one = bytes(with("system", Map.of("disk", Map.of("read_time", 1L))));
        byte[] two = bytes(with("system", Map.of("disk", Map.of("read_time", 2L), "cpu", Map.of("idle", 3L))));
        // The entries of both in one dictionary; each has six, and no more than 23 are announced in the head's octet.
        byte[] both = new byte[one.length + two.length - 2];
        System.arraycopy(two, 0, both, 0, two.length);
        System.arraycopy(one, 2, both, two.length, one.length - 2);
        both[1] = (byte) (0xa0 + 12);
        TokenReader tokens = TokenReader.ofPayload(Payload.owned(Format.CBOR, both, 1));
        tokens.next();
        tokens.next();
        MNodeLog log = NODES.beat(BeatReader.node(RECEIPT, tokens).row());
        assertEquals(1, log.disk().readTime());
        assertNull(log.cpu(), "the dictionary before it is gone as a whole");
    }

    private static byte[] bytes(Map<String, Object> beat) {
        Payload payload = Payloads.encode(Format.CBOR, Arguments.of(beat));
        byte[] bytes = new byte[payload.length()];
        payload.copyTo(bytes, 0);
        assertEquals(0xa0 + 6, bytes[1] & 0xff);
        return bytes;
    }

    @Test
    void where_a_process_has_a_dictionary_what_stands_beside_it_is_no_figure_of_it() {
        Map<String, Object> beat = beat();
        beat.put("num_fds", List.of("many"));
        beat.put("num_threads", 7L);
        beat.put("process", Map.of("num_fds", 3L));
        beat.put("read_ios", "many");
        MWorkerLog log = worker("w", beat);
        assertEquals(3, log.process().numFds());
        assertNull(log.process().numThreads());
        beat.put("process", null);
        assertThrows(ProtocolViolation.class, () -> worker("w", beat));
        beat.put("num_fds", 1L);
        beat.put("read_ios", 2.5);
        assertEquals(7, worker("w", beat).process().numThreads());
        assertEquals(2, worker("w", beat).process().readIos());
    }

    @Test
    void every_figure_of_the_records_has_its_entry() {
        Map<String, Object> system = new LinkedHashMap<>();
        for (Class<?> part : List.of(MNodeLog.Cpu.class, MNodeLog.Disk.class, MNodeLog.Memory.class)) {
            system.put(part.getSimpleName().toLowerCase(Locale.ROOT), entries(part));
        }
        Map<String, Object> network = entries(MNodeLog.Network.class);
        network.put("connection", Map.of("AF_INET", 1L, "AF_INET6", 2L, "AF_UNIX", 3L));
        system.put("network", network);
        MNodeLog log = node(with("system", system));
        for (Object part : List.of(log.cpu(), log.disk(), log.memory(), log.network())) {
            assertFalse(part.toString().contains("null"), part.toString());
        }
        String process = worker("w", with("process", entries(MWorkerLog.ProcessStats.class)))
                .process()
                .toString();
        assertFalse(process.contains("null"), process);
    }

    private static Map<String, Object> entries(Class<?> part) {
        Map<String, Object> entries = new LinkedHashMap<>();
        for (RecordComponent component : part.getRecordComponents()) {
            entries.put(component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT), 1L);
        }
        return entries;
    }
}
