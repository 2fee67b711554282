package io.bailiwick.router.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** SIGHUP, which not every program hears: under {@code nohup} all ignore it, and all that they start. */
public final class Hangup {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String IGNORED = "SigIgn:";

    private Hangup() {}

    /** Sends it to a program that we have started; ends the test as skipped where it would not be heard. */
    public static void send(Process program) throws IOException, InterruptedException {
        Assumptions.assumeFalse(isIgnored(), "expected SIGHUP to be heard, but who started the tests ignores it");
        new ProcessBuilder("kill", "-HUP", Long.toString(program.pid())).start().waitFor();
    }

    private static boolean isIgnored() throws IOException {
        return Files.exists(STATUS)
                && Files.readAllLines(STATUS).stream()
                        .filter(line -> line.startsWith(IGNORED))
                        .map(line -> line.substring(IGNORED.length()).trim())
                        .anyMatch(mask -> (Long.parseUnsignedLong(mask, 16) & 1) == 1);
    }
}
