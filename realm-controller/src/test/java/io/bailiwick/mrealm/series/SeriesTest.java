package io.bailiwick.mrealm.series;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import io.bailiwick.router.client.ApplicationError;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SeriesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final UUID ID = UUID.randomUUID();

    private static MNodeLog beat(long at, double user, long received) {
        MNodeLog.Cpu cpu =
                new MNodeLog.Cpu(null, null, null, null, null, null, null, null, null, null, null, null, null, user);
        MNodeLog.Network network =
                new MNodeLog.Network(received, null, null, null, null, null, null, null, null, null, null);
        return new MNodeLog(
                at, ID, 10, ID, 1, null, at, 1, new MNodeLog.Workers(1, 0, 0, 0, 0, 0, 0), cpu, null, null, network);
    }

    private static Map<?, ?> figures(Series<?> series) {
        return (Map<?, ?>) series.told().get("figures");
    }

    @Test
    void figures_have_the_names_of_the_wire_and_what_is_counted_has_a_rate() {
        Map<String, Figure<MNodeLog>> node = Figure.of(MNodeLog.class);
        assertTrue(node.keySet()
                .containsAll(List.of(
                        "cpu.user",
                        "cpu.ctx_switches",
                        "cpu.ctx_switches_per_sec",
                        "memory.percent",
                        "workers.routers",
                        "network.connection_af_inet6",
                        "disk.read_bytes_per_sec")));
        assertTrue(!node.containsKey("cpu.user_per_sec"), "a share does not grow");
        Map<String, Figure<MWorkerLog>> worker = Figure.of(MWorkerLog.class);
        assertEquals(false, worker.get("process.read_bytes_per_sec").rate(), "as the node has measured it");
        assertEquals(true, worker.get("router.recv_call_per_sec").rate());
    }

    @Test
    void a_bucket_has_least_average_and_most_and_an_empty_one_has_nothing() {
        SeriesRequest request = new SeriesRequest(0, 30 * SECOND, 3, List.of());
        Series<MNodeLog> series =
                new Series<>(request, List.of(Figure.of(MNodeLog.class).get("cpu.user")));
        series.take(29 * SECOND, beat(29 * SECOND, 7, 0));
        series.take(9 * SECOND, beat(9 * SECOND, 3, 0));
        series.take(0, beat(0, 1, 0));
        assertEquals(List.of(0L, 10 * SECOND, 20 * SECOND), series.told().get("times"));
        assertEquals(List.of(2L, 0L, 1L), series.told().get("counts"));
        Map<?, ?> user = (Map<?, ?>) figures(series).get("cpu.user");
        assertEquals(1.0, ((List<?>) user.get("min")).get(0));
        assertEquals(2.0, ((List<?>) user.get("avg")).get(0));
        assertEquals(3.0, ((List<?>) user.get("max")).get(0));
        assertNull(((List<?>) user.get("avg")).get(1));
        assertEquals(7.0, ((List<?>) user.get("max")).get(2));
    }

    @Test
    void a_rate_is_what_was_counted_between_two_heartbeats_and_a_restart_is_none() {
        SeriesRequest request = new SeriesRequest(0, 40 * SECOND, 4, List.of());
        String name = "network.bytes_recv_per_sec";
        Series<MNodeLog> series =
                new Series<>(request, List.of(Figure.of(MNodeLog.class).get(name)));
        series.take(35 * SECOND, beat(35 * SECOND, 0, 50));
        series.take(25 * SECOND, beat(25 * SECOND, 0, 3_000));
        series.take(15 * SECOND, beat(15 * SECOND, 0, 2_000));
        series.take(5 * SECOND, beat(5 * SECOND, 0, 1_000));
        Map<?, ?> rate = (Map<?, ?>) figures(series).get(name);
        assertEquals(Arrays.asList(null, 100.0, 100.0, null), rate.get("avg"));
    }

    @Test
    void what_is_asked_is_bounded() {
        assertEquals(60, SeriesRequest.of(null, null, null, null).buckets());
        assertEquals(
                3_600 * SECOND,
                SeriesRequest.of(null, 4_000 * SECOND, null, null).until()
                        - SeriesRequest.of(null, 4_000 * SECOND, null, null).from());
        List<String> many = Collections.nCopies(16, "cpu.user");
        for (ThrowingRequest wrong : List.<ThrowingRequest>of(
                () -> SeriesRequest.of(5L, 5L, 1, null),
                () -> SeriesRequest.of(-1L, 5L, 1, null),
                () -> SeriesRequest.of(0L, SECOND, 0, null),
                () -> SeriesRequest.of(0L, SECOND, 1_001, null),
                () -> SeriesRequest.of(0L, SECOND, 1_000, many),
                () -> SeriesRequest.of(0L, SECOND, 1, Collections.nCopies(17, "cpu.user")))) {
            assertEquals(
                    "wamp.error.invalid_argument",
                    assertThrows(ApplicationError.class, wrong::run).uri());
        }
    }

    @FunctionalInterface
    private interface ThrowingRequest {
        SeriesRequest run();
    }

    @Test
    void buckets_begin_where_times_fall_into_them() {
        long from = 1_700_000_000_000_000_000L;
        SeriesRequest request = new SeriesRequest(from, from + 7 * SECOND, 3, List.of());
        assertEquals(from, request.begin(0));
        for (int i = 0; i < 3; i++) {
            assertEquals(i, request.bucket(request.begin(i) + 10_000));
        }
        assertEquals(2, request.bucket(from + 7 * SECOND - 1));
    }
}
