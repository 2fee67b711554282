package io.bailiwick.node.uplink;

import java.time.Duration;

/** Says the same thing ever less often: at once, after a minute, then after twice as long each time, at least once an hour. */
final class Notices {
    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration CAP = Duration.ofHours(1);

    private String said = "";
    private long at;
    private Duration pause = FIRST;

    /**
     * Whether it is time to say it.
     *
     * @param what a text that differs when there is something else to say
     * @param now monotonic nanoseconds
     */
    boolean due(String what, long now) {
        if (!what.equals(said)) {
            said = what;
            at = now;
            pause = FIRST;
            return true;
        }
        if (now - at < pause.toNanos()) {
            return false;
        }
        at = now;
        pause = pause.multipliedBy(2).compareTo(CAP) > 0 ? CAP : pause.multipliedBy(2);
        return true;
    }

    /** The trouble is over: the next is new. */
    void reset() {
        said = "";
    }
}
