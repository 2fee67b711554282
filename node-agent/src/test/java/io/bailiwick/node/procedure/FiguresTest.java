package io.bailiwick.node.procedure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import oshi.hardware.CentralProcessor.TickType;

class FiguresTest {
    @Test
    void rates_come_with_the_second_reading() {
        Rates rates = new Rates();
        assertEquals(Map.of("bytes", 100L), rates.with(Map.of("bytes", 100L), 5_000_000_000L));
        assertEquals(Map.of("bytes", 300L, "bytes_per_sec", 100L), rates.with(Map.of("bytes", 300L), 7_000_000_000L));
    }

    @Test
    void a_counter_that_was_reset_did_not_grow() {
        Rates rates = new Rates();
        rates.with(Map.of("bytes", 100L), 1);
        assertEquals(0L, rates.with(Map.of("bytes", 10L), 1_000_000_001L).get("bytes_per_sec"));
    }

    @Test
    void a_counter_that_is_new_has_no_rate_yet() {
        Rates rates = new Rates();
        rates.with(Map.of("a", 1L), 1);
        assertFalse(rates.with(Map.of("a", 1L, "b", 1L), 1_000_000_001L).containsKey("b_per_sec"));
    }

    @Test
    void shares_of_the_processors_are_those_since_the_reading_before() {
        long[] before = new long[TickType.values().length];
        long[] now = before.clone();
        now[TickType.USER.getIndex()] = 30;
        now[TickType.IDLE.getIndex()] = 70;
        Map<String, Object> shares = SystemFigures.shares(before, now);
        assertEquals(30.0, shares.get("user"));
        assertEquals(70.0, shares.get("idle"));
        assertEquals(0.0, shares.get("iowait"));
        assertEquals(0.0, SystemFigures.shares(now, now).get("user"), "no time passed");
    }

    @Test
    void numbers_of_proc_files_are_read_with_their_unit() {
        Map<String, Long> numbers = ProcFiles.numbers(List.of(
                "MemFree:  12 kB",
                "syscr: 7",
                "State:\tS (sleeping)",
                "empty:",
                "nonsense",
                "huge: 99999999999999999999"));
        assertEquals(Map.of("MemFree", 12L * 1024, "syscr", 7L), numbers);
    }

    @Test
    void the_figures_of_this_system_are_real() {
        SystemFigures figures = new SystemFigures();
        Map<String, Object> first = figures.poll();
        assertTrue((Long) first.get("uptime") > 0);
        Map<?, ?> memory = assertInstanceOf(Map.class, first.get("memory"));
        assertTrue((Long) memory.get("total") > 0);
        assertEquals((Long) memory.get("total"), (Long) memory.get("available") + (Long) memory.get("used"));
        Map<?, ?> network = assertInstanceOf(Map.class, first.get("network"));
        assertFalse(network.containsKey("bytes_sent_per_sec"), "no rate in the first poll");
        Map<String, Object> second = figures.poll();
        assertTrue((Long) second.get("elapsed") > 0);
        assertTrue(assertInstanceOf(Map.class, second.get("network")).containsKey("bytes_sent_per_sec"));
        assertTrue(SystemFigures.processors(true) >= SystemFigures.processors(false));
    }

    @Test
    void the_figures_of_this_process_are_real() {
        ProcessFigures figures = new ProcessFigures();
        Map<String, Object> first = figures.poll();
        assertEquals((int) ProcessHandle.current().pid(), first.get("pid"));
        assertTrue((Double) first.get("cpu_user") > 0);
        assertTrue((Integer) first.get("num_threads") > 0);
        assertTrue(figures.poll().containsKey("cpu_user_per_sec"));
        Map<String, Object> stats = figures.stats();
        assertTrue((Long) stats.get("resident") > 1_000_000);
        assertTrue((Double) stats.get("mem_percent") > 0);
        assertTrue((Long) figures.info().get("descriptors") > 0);
    }
}
