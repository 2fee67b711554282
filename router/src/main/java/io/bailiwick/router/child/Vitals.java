package io.bailiwick.router.child;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the system tells of a process and of those that it has started, without asking them.
 *
 * @param stopped whether one of them was stopped by a signal; false where the system does not tell
 * @param processor the time of processors that they have used so far; empty where the system does not tell
 * @param threads for each thread, by its number, how long it had work for a processor so far: the time that it ran and the time
 *     that it stood in the queue for one, which on a machine with too much to do is the longer; empty where the system does not
 *     tell
 */
public record Vitals(boolean stopped, Optional<Duration> processor, Map<String, Duration> threads) {
    /** Nothing is known. */
    public static final Vitals UNKNOWN = new Vitals(false, Optional.empty(), Map.of());

    private static final Path PROCESSES = Path.of("/proc");

    /** Such facts, which no later change of the map reaches. */
    public Vitals {
        threads = Map.copyOf(threads);
    }

    static Vitals of(ProcessHandle process) {
        boolean stopped = false;
        Optional<Duration> processor = Optional.empty();
        Map<String, Duration> threads = new HashMap<>();
        for (ProcessHandle each :
                Stream.concat(Stream.of(process), process.descendants()).toList()) {
            stopped |= isStopped(each.pid());
            Optional<Duration> used = each.info().totalCpuDuration();
            if (used.isPresent()) {
                processor = Optional.of(processor.orElse(Duration.ZERO).plus(used.get()));
            }
            threads.putAll(threads(each.pid()));
        }
        return new Vitals(stopped, processor, threads);
    }

    /**
     * How long one thread had work for a processor since.
     *
     * @param before the vitals of the same process, earlier
     * @return the time of that thread which had most; of all together where the system does not tell of threads; empty where it
     *     tells nothing
     */
    public Optional<Duration> busiest(Vitals before) {
        Optional<Duration> longest = threads.entrySet().stream()
                .map(each -> each.getValue().minus(before.threads.getOrDefault(each.getKey(), Duration.ZERO)))
                .max(Duration::compareTo);
        return longest.isPresent() ? longest : used(before);
    }

    /**
     * The time of processors that all of them have used since.
     *
     * @param before the vitals of the same process, earlier
     * @return empty where the system does not tell
     */
    public Optional<Duration> used(Vitals before) {
        return processor.flatMap(now -> before.processor.map(now::minus));
    }

    /** The state is the first letter behind the name, which stands in brackets and may itself hold any. */
    private static boolean isStopped(long pid) {
        String stat = read(PROCESSES.resolve(String.valueOf(pid)).resolve("stat"));
        int state = stat.lastIndexOf(')') + 2;
        return state < stat.length() && (stat.charAt(state) == 'T' || stat.charAt(state) == 't');
    }

    private static Map<String, Duration> threads(long pid) {
        Map<String, Duration> threads = new HashMap<>();
        try (Stream<Path> each =
                Files.list(PROCESSES.resolve(String.valueOf(pid)).resolve("task"))) {
            for (Path thread : each.toList()) {
                // Nanoseconds that it ran, nanoseconds that it waited to run, and how often it ran.
                List<String> times =
                        List.of(read(thread.resolve("schedstat")).trim().split(" "));
                if (times.size() == 3) {
                    threads.put(
                            thread.getFileName().toString(),
                            Duration.ofNanos(Long.parseLong(times.get(0)) + Long.parseLong(times.get(1))));
                }
            }
        } catch (IOException e) {
            // It is gone, or this system has no such directory.
            return Map.of();
        }
        return threads;
    }

    /** Empty when the process or thread is gone, or when this system has no such file. */
    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
