package io.bailiwick.router.server;

import io.bailiwick.router.session.RealmMetrics;
import io.bailiwick.router.web.Metrics;

/** Counts what happens in a realm among all that the router counts. */
final class CountedRealm implements RealmMetrics {
    private final Metrics metrics;

    CountedRealm(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void joined() {
        metrics.inRealm("session_joined");
    }

    @Override
    public void left() {
        metrics.inRealm("session_left");
    }

    @Override
    public void refused(String error) {
        metrics.refusedRequest(error);
    }

    @Override
    public void violated() {
        metrics.inRealm("protocol_violated");
    }

    @Override
    public void eventDropped() {
        metrics.inRealm("event_dropped");
    }

    @Override
    public void fellBehind() {
        metrics.inRealm("reader_fell_behind");
    }

    @Override
    public void slowReaderEnded() {
        metrics.inRealm("slow_reader_ended");
    }

    @Override
    public void readerCutOff() {
        metrics.inRealm("reader_cut_off");
    }

    @Override
    public void throttled() {
        metrics.inRealm("sender_throttled");
    }

    @Override
    public void decisionAwaited() {
        metrics.inRealm("decision_awaited");
    }

    @Override
    public void decisionFailed() {
        metrics.inRealm("decision_failed");
    }
}
