package io.bailiwick.mrealm.beat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class BeatBytesTest {
    private static final UUID REALM = UUID.randomUUID();
    private static final UUID NODE = UUID.randomUUID();

    private final BeatBytes<MNodeLog> nodes = BeatBytes.ofNodes(REALM);
    private final BeatBytes<MWorkerLog> workers = BeatBytes.ofWorkers(REALM);

    /** A record with numbers by chance; of those that may be missing some are. */
    private static <R> R random(Class<R> type, Random chance, double missing, Object... fixed) throws Exception {
        List<Class<?>> types = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            types.add(component.getType());
            values.add(value(component.getType(), chance, missing, fixed));
        }
        return type.getDeclaredConstructor(types.toArray(Class<?>[]::new)).newInstance(values.toArray());
    }

    private static Object value(Class<?> type, Random chance, double missing, Object... fixed) throws Exception {
        for (Object known : fixed) {
            if (type == known.getClass()) {
                return known;
            }
        }
        boolean gone = chance.nextDouble() < missing;
        if (type == long.class) {
            return chance.nextLong();
        }
        if (type == int.class) {
            return chance.nextInt();
        }
        if (type == UUID.class) {
            return REALM;
        }
        if (type == Long.class) {
            return gone ? null : chance.nextInt(4) == 0 ? chance.nextLong() : (Long) (long) chance.nextInt(1 << 20);
        }
        if (type == Double.class) {
            return gone ? null : (Double) decimal(chance);
        }
        return gone && type != MNodeLog.Workers.class ? null : random(type, chance, missing);
    }

    private static double decimal(Random chance) {
        return switch (chance.nextInt(6)) {
            case 0 -> chance.nextInt(1_001) / 10.0;
            case 1 -> chance.nextInt(100_000) / 1_000.0;
            case 2 -> -0.0;
            case 3 -> Double.longBitsToDouble(chance.nextLong());
            case 4 -> 1e300;
            default -> chance.nextDouble();
        };
    }

    private static MNodeLog of(MNodeLog log, long timestamp) {
        return new MNodeLog(
                timestamp,
                NODE,
                log.period(),
                REALM,
                log.state(),
                log.session(),
                log.sent(),
                log.seq(),
                log.workers(),
                log.cpu(),
                log.disk(),
                log.memory(),
                log.network());
    }

    private static MWorkerLog of(MWorkerLog log, long timestamp, String worker) {
        return new MWorkerLog(
                timestamp,
                NODE,
                worker,
                log.period(),
                REALM,
                log.type(),
                log.state(),
                log.sent(),
                log.seq(),
                log.process(),
                log.router());
    }

    @Test
    void whatever_a_heartbeat_reports_comes_back_from_a_window() throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            Random chance = new Random(seed);
            double missing = seed % 5 / 4.0;
            List<MNodeLog> beats = new ArrayList<>();
            List<MWorkerLog> ofWorkers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                beats.add(of(random(MNodeLog.class, chance, missing), chance.nextLong()));
                ofWorkers.add(of(random(MWorkerLog.class, chance, missing, "w"), chance.nextLong(), "w" + i));
            }
            assertEquals(
                    beats,
                    nodes.slices(window(nodes, beats)).stream().map(nodes::beat).toList());
            assertEquals(
                    ofWorkers,
                    workers.slices(window(workers, ofWorkers)).stream()
                            .map(workers::beat)
                            .toList());
        }
    }

    @Test
    void whatever_heartbeats_report_comes_back_from_a_block_in_order_of_time() throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            Random chance = new Random(seed);
            double missing = seed % 5 / 4.0;
            List<MNodeLog> beats = new ArrayList<>();
            for (int i = 0; i < 1 + chance.nextInt(20); i++) {
                beats.add(of(random(MNodeLog.class, chance, missing), chance.nextLong()));
            }
            byte[] block = block(nodes, window(nodes, beats));
            beats.sort(Comparator.comparingLong(MNodeLog::timestamp));
            assertEquals(beats, nodes.beats(NODE, block), "seed " + seed);
        }
    }

    @Test
    void a_block_has_the_heartbeats_of_all_workers_of_a_node() throws Exception {
        Random chance = new Random(1);
        List<MWorkerLog> beats = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            beats.add(of(random(MWorkerLog.class, chance, 0.3, "w"), i, i % 2 == 0 ? "\u00e4" : "b"));
        }
        byte[] block = block(workers, window(workers, beats));
        beats.sort(Comparator.comparing(MWorkerLog::workerId).reversed().thenComparing(MWorkerLog::timestamp));
        List<MWorkerLog> found = new ArrayList<>(workers.beats(NODE, block));
        found.sort(Comparator.comparing(MWorkerLog::workerId).reversed().thenComparing(MWorkerLog::timestamp));
        assertEquals(beats, found);
    }

    private static <T> byte[] window(BeatBytes<T> bytes, List<T> beats) {
        return bytes.window(beats.stream().map(bytes::row).toList());
    }

    private static <T> byte[] block(BeatBytes<T> bytes, byte[] window) {
        TreeMap<String, BeatBytes.Rows> rows = new TreeMap<>();
        for (BeatBytes.Slice slice : bytes.slices(window)) {
            rows.computeIfAbsent(slice.worker(), worker -> new BeatBytes.Rows()).add(slice);
        }
        return bytes.block(rows);
    }

    @Test
    void the_head_of_a_slice_is_when_and_which() throws Exception {
        MNodeLog beat = of(random(MNodeLog.class, new Random(5), 0.5), 77);
        BeatBytes.Slice slice = nodes.slices(window(nodes, List.of(beat))).get(0);
        assertEquals(new BeatBytes.Head(77, beat.seq(), beat.sent()), nodes.head(slice));
        assertEquals(NODE, slice.node());
    }

    @Test
    void figures_that_grow_evenly_take_less_than_an_octet_each() throws Exception {
        MNodeLog first = random(MNodeLog.class, new Random(3), 0);
        List<MNodeLog> beats = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            beats.add(of(first, 5_000_000_000L * i));
        }
        assertTrue(block(nodes, window(nodes, beats)).length < 800);
    }

    @Test
    void what_a_machine_that_is_in_use_reports_takes_few_octets() throws Exception {
        Random chance = new Random(4);
        MNodeLog first = random(MNodeLog.class, new Random(3), 0);
        List<MNodeLog> beats = new ArrayList<>();
        long free = 700_000;
        for (int i = 0; i < 100; i++) {
            free += chance.nextInt(801) - 400;
            long available = (free + 500_000) << 12;
            MNodeLog.Memory memory = new MNodeLog.Memory(
                    1L, available, 2L, 3L, free << 12, 4L, 5L, 6L, 8L << 30, (8L << 30) - available, 50.0);
            beats.add(new MNodeLog(
                    5_000_000_000L * i + chance.nextInt(1_000_000),
                    NODE,
                    5,
                    REALM,
                    1,
                    7L,
                    5_000_000_000L * i,
                    i,
                    first.workers(),
                    first.cpu(),
                    first.disk(),
                    memory,
                    first.network()));
        }
        byte[] block = block(nodes, window(nodes, beats));
        assertEquals(beats, nodes.beats(NODE, block));
        // 20 bits of the time, 10 of the pages that are free; what is available, and what is used, follow from them.
        assertTrue(block.length < 800, block.length + " octets");
    }

    /** The block of one heartbeat in which all figures are of one kind of column, as version 2 of the schema wrote them. */
    private static byte[] deflated(int beats, int figures, Octets columns) {
        Octets plain = new Octets(100);
        plain.octet(0);
        plain.natural(beats);
        plain.natural(figures);
        plain.all(columns.toBytes());
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(plain.toBytes());
        deflater.finish();
        byte[] some = new byte[1_000];
        int length = deflater.deflate(some);
        deflater.end();
        Octets block = new Octets(100);
        block.natural(plain.length());
        block.slice(some, 0, length);
        return block.toBytes();
    }

    @Test
    void blocks_that_version_2_of_the_schema_has_deflated_are_read() {
        Octets columns = new Octets(100);
        columns.octet(4);
        columns.integer(100);
        columns.integer(5);
        columns.integer(7);
        columns.octet(5);
        columns.integer(1);
        columns.integer(0);
        columns.integer(0);
        columns.octet(3);
        columns.integer(8);
        columns.integer(-8);
        columns.integer(9);
        columns.octet(1);
        columns.integer(10);
        columns.octet(0);
        columns.octet(2);
        columns.octet(0);
        columns.octet(1);
        columns.integer(77);
        columns.octet(0);
        for (int figure = 6; figure < 14; figure++) {
            columns.octet(1);
            columns.integer(1);
        }
        columns.octet(0);
        columns.octet(6 + 1);
        columns.integer(15);
        columns.integer(1);
        columns.integer(-2);
        List<MNodeLog> read = nodes.beats(NODE, deflated(3, 16, columns));
        assertEquals(
                List.of(100L, 105L, 112L),
                read.stream().map(MNodeLog::timestamp).toList());
        assertEquals(List.of(1L, 2L, 3L), read.stream().map(MNodeLog::seq).toList());
        assertEquals(List.of(8L, -8L, 9L), read.stream().map(MNodeLog::sent).toList());
        assertEquals(10, read.get(2).period());
        assertEquals(
                java.util.Arrays.asList(null, 77L, null),
                read.stream().map(MNodeLog::session).toList());
        assertEquals(
                List.of(1.5, 1.6, 1.4),
                read.stream().map(beat -> beat.cpu().freq()).toList());
    }

    @Test
    void each_heartbeat_of_a_window_is_in_one_of_the_parts() throws Exception {
        Random chance = new Random(6);
        List<BeatRow> rows = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            BeatRow row = workers.row(of(random(MWorkerLog.class, chance, 0.3, "w"), i, "w".repeat(i)));
            UUID node = new UUID(chance.nextLong(), chance.nextLong());
            rows.add(new BeatRow(node, row.worker(), i, 1, 1, 1, row.figures()));
        }
        byte[] window = workers.window(rows);
        List<String> found = new ArrayList<>();
        for (int part = 0; part < 3; part++) {
            workers.slices(window, new BeatBytes.Part(part, 3)).forEach(slice -> found.add(slice.worker()));
        }
        found.sort(Comparator.naturalOrder());
        assertEquals(rows.stream().map(BeatRow::worker).toList(), found);
    }

    @Test
    void a_block_that_is_none_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> nodes.beats(NODE, new byte[] {100, 1, 2, 3}));
    }

    @Test
    void a_number_takes_as_many_octets_as_it_is_said_to_take() {
        for (int shift = 0; shift < Long.SIZE; shift++) {
            for (long value : new long[] {1L << shift, (1L << shift) - 1, -(1L << shift), -(1L << shift) - 1}) {
                Octets octets = new Octets(0);
                octets.integer(value);
                assertEquals(octets.length(), Octets.size(value), Long.toString(value));
            }
        }
    }
}
