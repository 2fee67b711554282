package io.bailiwick.router.child;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class VitalsTest {
    private Process process;

    @AfterEach
    void stop() throws InterruptedException {
        if (process != null) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    private Vitals start(String script) throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/schedstat")), "this system does not tell of threads");
        process = new ProcessBuilder("sh", "-c", script).start();
        return Vitals.of(process.toHandle());
    }

    /** Also one below another, as a sandbox has it. */
    @Test
    @Timeout(60)
    void a_process_that_goes_round_has_work_for_a_processor_all_the_time() throws Exception {
        Vitals before = start("sh -c 'while :; do :; done' & wait");
        Vitals now = before;
        while (now.busiest(before).orElseThrow().toMillis() < 300) {
            now = Vitals.of(process.toHandle());
        }
        assertTrue(now.used(before).isPresent());
    }

    @Test
    void a_process_that_waits_has_next_to_none_and_one_that_was_stopped_is_known_by_it() throws Exception {
        Vitals before = start("read nothing");
        new ProcessBuilder("kill", "-STOP", String.valueOf(process.pid()))
                .start()
                .waitFor();
        Vitals now = Vitals.of(process.toHandle());
        assertTrue(now.stopped());
        assertTrue(now.busiest(before).isPresent());
    }

    @Test
    void a_process_that_is_gone_tells_nothing() throws Exception {
        start("exit 0");
        process.waitFor();
        Vitals now = Vitals.of(process.toHandle());
        assertEquals(Map.of(), now.threads());
        assertEquals(Optional.empty(), now.busiest(Vitals.UNKNOWN));
    }

    @Test
    void what_a_thread_wanted_counts_what_it_waited_for_and_a_new_one_from_its_start() {
        Vitals before = new Vitals(false, Optional.of(Duration.ofSeconds(1)), Map.of("1", Duration.ofSeconds(9)));
        Vitals now = new Vitals(
                false,
                Optional.of(Duration.ofSeconds(3)),
                Map.of("1", Duration.ofSeconds(10), "2", Duration.ofSeconds(4)));
        assertEquals(Optional.of(Duration.ofSeconds(4)), now.busiest(before));
        assertEquals(Optional.of(Duration.ofSeconds(2)), now.used(before));
        assertEquals(Optional.empty(), now.used(Vitals.UNKNOWN));
    }
}
