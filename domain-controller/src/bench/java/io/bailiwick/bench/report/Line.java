package io.bailiwick.bench.report;

import java.util.Map;

/**
 * What was found of one contestant.
 *
 * @param contestant its name
 * @param speech how it was spoken with
 * @param figures by what they say; empty if it got none
 * @param note why not, or what else is to be known
 */
public record Line(String contestant, String speech, Map<Metric, Series> figures, String note) {
    /** A figure, or an empty one. */
    public Series figure(Metric metric) {
        return figures.getOrDefault(metric, new Series(java.util.List.of()));
    }
}
