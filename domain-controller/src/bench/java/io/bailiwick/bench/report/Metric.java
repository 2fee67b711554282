package io.bailiwick.bench.report;

/** What a figure says. */
public enum Metric {
    PER_CPU("per server CPU-s", true),
    RATE("per second", true),
    CPU_PER_OPERATION("server CPU us each", false),
    P50("p50 us", false),
    P99("p99 us", false),
    P99_OF_ALONE("p99, times that alone", false),
    LONGEST("longest us", false),
    NOTICED("seconds until noticed", false),
    BACK("seconds until it is well", false),
    SERVER_SHARE("server CPUs", false),
    GENERATOR_SHARE("generator CPUs", false),
    KILOBYTES("resident KB per session", false),
    LIVE("KB of live heap per session", false),
    SECONDS("seconds", false),
    CPU_SECONDS("CPU seconds", false),
    MEGABYTES("MB of memory (Pss) each", false),
    LOG_BYTES("log bytes each", false),
    LOG_BYTES_LATER("after compaction", false);

    private final String title;
    private final boolean more;

    Metric(String title, boolean more) {
        this.title = title;
        this.more = more;
    }

    /** The unit, for people. */
    public String title() {
        return title;
    }

    /** Whether more is better. */
    public boolean isMoreBetter() {
        return more;
    }
}
