package io.bailiwick.bench.realm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What Linux tells of a process.
 *
 * @param rss resident memory, in kilobytes
 * @param pss the same with each shared page divided by the number of those who share it: the fair sum
 * @param cpu processor time used so far, in seconds
 */
public record Footprint(long rss, long pss, double cpu) {
    /** The kernel's USER_HZ, which is 100 wherever Java runs on Linux. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int UTIME = 11;
    private static final int STIME = 12;
    private static final int START_TIME = 19;

    /** Of a process that runs. */
    public static Footprint of(long pid) throws IOException {
        long rss = 0;
        long pss = 0;
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
            if (line.startsWith("Rss:")) {
                rss = kilobytes(line);
            } else if (line.startsWith("Pss:")) {
                pss = kilobytes(line);
            }
        }
        List<String> stat = stat(pid);
        double ticks = Long.parseLong(stat.get(UTIME)) + (double) Long.parseLong(stat.get(STIME));
        return new Footprint(rss, pss, ticks / TICKS_PER_SECOND);
    }

    /** When the process was forked; exact to 10 ms. */
    static Instant forked(long pid) throws IOException {
        double sinceBoot = Long.parseLong(stat(pid).get(START_TIME)) / TICKS_PER_SECOND;
        // btime has whole seconds only: the uptime now is exact to 10 ms.
        double uptime =
                Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ")[0]);
        return Instant.now().minusMillis(Math.round((uptime - sinceBoot) * 1000));
    }

    /** The fields behind the name, which may have blanks. */
    private static List<String> stat(long pid) throws IOException {
        String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return List.of(line.substring(line.lastIndexOf(')') + 2).trim().split(" "));
    }

    private static long kilobytes(String line) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }
}
