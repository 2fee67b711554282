package io.bailiwick.router.realm;

import io.bailiwick.router.session.RealmMetrics;
import java.util.Map;
import java.util.TreeMap;

/** Counts by name. */
final class CountingMetrics implements RealmMetrics {
    private final Map<String, Integer> counts = new TreeMap<>();

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    int of(String what) {
        return counts.getOrDefault(what, 0);
    }

    @Override
    public void joined() {
        count("joined");
    }

    @Override
    public void left() {
        count("left");
    }

    @Override
    public void refused(String error) {
        count(error);
    }

    @Override
    public void violated() {
        count("violated");
    }

    @Override
    public void eventDropped() {
        count("dropped");
    }

    @Override
    public void fellBehind() {
        count("behind");
    }

    @Override
    public void slowReaderEnded() {
        count("slow ended");
    }

    @Override
    public void decisionAwaited() {
        count("awaited");
    }

    @Override
    public void decisionFailed() {
        count("undecided");
    }
}
