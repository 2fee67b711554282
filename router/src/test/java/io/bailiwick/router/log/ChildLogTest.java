package io.bailiwick.router.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class ChildLogTest {
    /** A process that chooses this log, and says what it can. */
    static final class Talker {
        public static void main(String[] arguments) {
            ChildLog.choose();
            Logger ours = LoggerFactory.getLogger("io.bailiwick.mrealm.Some");
            ours.debug("nothing");
            ours.info("one {}", 1);
            ours.warn("two {} {}", "a", "b", new IllegalStateException("why"));
            Logger others = LoggerFactory.getLogger("io.netty.Other");
            others.info("nothing");
            others.warn("thr\u00e4e");
        }
    }

    @Test
    void our_own_loggers_say_what_is_info_and_those_of_others_what_is_a_warning() {
        ChildLog log = new ChildLog();
        log.initialize();
        Logger ours = log.getLoggerFactory().getLogger("io.bailiwick.mrealm.Some");
        assertTrue(ours.isInfoEnabled());
        assertFalse(ours.isDebugEnabled());
        Logger others = log.getLoggerFactory().getLogger("io.netty.Other");
        assertFalse(others.isInfoEnabled());
        assertTrue(others.isWarnEnabled());
        assertSame(ours, log.getLoggerFactory().getLogger("io.bailiwick.mrealm.Some"));
        assertNotNull(log.getMarkerFactory());
        assertNotNull(log.getMDCAdapter());
    }

    @Test
    void an_entry_is_masked_as_in_the_log_of_all_others() {
        long when = Instant.parse("2026-01-02T03:04:05.006Z").toEpochMilli();
        assertEquals(
                "2026-01-02T03:04:05.006Z INFO  Some: a x\n    2026 ERROR b?c\n",
                StderrLogger.entry(
                        when, Level.INFO, "io.bailiwick.Some", "a {}", new Object[] {"x\n2026 ERROR b\rc"}, null));
        String failed = StderrLogger.entry(
                when, Level.ERROR, "io.bailiwick.Some", "it failed", null, new IllegalStateException("why"));
        assertTrue(failed.startsWith("2026-01-02T03:04:05.006Z ERROR Some: it failed\n"), failed);
        assertTrue(failed.contains("java.lang.IllegalStateException: why"), failed);
        assertTrue(failed.contains("ChildLogTest"), failed);
    }

    @Test
    void a_process_that_chooses_it_says_its_entries_on_stderr_and_nothing_else() throws IOException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Talker.class.getName())
                .start();
        String stdout = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String stderr = new String(child.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals("", stdout);
        assertFalse(stderr.contains("SLF4J") || stderr.contains("nothing"), stderr);
        assertTrue(stderr.lines().findFirst().orElse("").endsWith("INFO  Some: one 1"), stderr);
        assertTrue(stderr.contains("WARN  Some: two a b\njava.lang.IllegalStateException: why\n"), stderr);
        assertTrue(stderr.endsWith("WARN  Other: thr\u00e4e\n"), stderr);
    }
}
