package io.bailiwick.router.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class StderrLogTest {
    private static String line(String message, Exception failure) {
        Logger logger = new LoggerContext().getLogger("io.bailiwick.router.server.Router");
        LoggingEvent event = new LoggingEvent("", logger, Level.INFO, message, failure, null);
        event.setInstant(Instant.parse("2026-01-02T03:04:05.006Z"));
        return new StderrLog.Lines().doLayout(event);
    }

    @Test
    void an_entry_has_time_level_class_and_message() {
        assertEquals("2026-01-02T03:04:05.006Z INFO  Router: it runs\n", line("it runs", null));
    }

    @Test
    void what_a_peer_sends_cannot_pass_for_an_entry_of_its_own() {
        assertEquals(
                "2026-01-02T03:04:05.006Z INFO  Router: a\n    2026 ERROR b?c?d\n",
                line("a\n2026 ERROR b\rc\u001bd", null));
    }

    @Test
    void a_failure_is_told_with_its_trace() {
        String text = line("it failed", new IllegalStateException("why"));
        assertTrue(text.contains("java.lang.IllegalStateException: why"), text);
        assertTrue(text.contains("StderrLogTest"), text);
    }

    @Test
    void it_is_what_logs() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger("ROOT");
        assertNotNull(root.getAppender("stderr"));
        assertEquals(Level.WARN, root.getLevel());
    }
}
