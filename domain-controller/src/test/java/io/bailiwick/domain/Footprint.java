package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a process holds, as the system tells it: open files and threads; nothing where the system does not tell. */
record Footprint(long files, long threads) {
    /** Threads of pools come and go. */
    private static final long SLACK = 8;

    static Footprint of(long pid) throws IOException {
        return new Footprint(count(pid, "fd"), count(pid, "task"));
    }

    private static long count(long pid, String what) throws IOException {
        Path listed = Path.of("/proc", String.valueOf(pid), what);
        if (!Files.isDirectory(listed)) {
            return 0;
        }
        try (Stream<Path> entries = Files.list(listed)) {
            return entries.count();
        }
    }

    /** Fails when there is more now, beyond what comes and goes. */
    void assertNotLessThan(Footprint now) {
        assertTrue(
                now.files <= files + SLACK && now.threads <= threads + SLACK,
                "expected no more than " + this + ", but found " + now);
    }
}
