package io.bailiwick.router.child;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the system tells of a process and of those that it has started, without asking them.
 *
 * @param stopped whether one of them was stopped by a signal; false where the system does not tell
 * @param processor the time of processors that they have used so far; empty where the system does not tell
 */
public record Vitals(boolean stopped, Optional<Duration> processor) {
    /** Nothing is known. */
    public static final Vitals UNKNOWN = new Vitals(false, Optional.empty());

    static Vitals of(ProcessHandle process) {
        boolean stopped = false;
        Optional<Duration> processor = Optional.empty();
        for (ProcessHandle each :
                Stream.concat(Stream.of(process), process.descendants()).toList()) {
            stopped |= isStopped(each.pid());
            Optional<Duration> used = each.info().totalCpuDuration();
            if (used.isPresent()) {
                processor = Optional.of(processor.orElse(Duration.ZERO).plus(used.get()));
            }
        }
        return new Vitals(stopped, processor);
    }

    /** The state is the first letter behind the name, which stands in brackets and may itself hold any. */
    private static boolean isStopped(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"), StandardCharsets.ISO_8859_1);
            int state = stat.lastIndexOf(')') + 2;
            return state < stat.length() && (stat.charAt(state) == 'T' || stat.charAt(state) == 't');
        } catch (IOException e) {
            // It is gone, or this system has no such file.
            return false;
        }
    }
}
