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
    private static final String NOISE = "not measured (noise)";

    /** Of one that others on the machine did not let be measured. */
    public static Line noisy(String contestant, String speech) {
        return new Line(contestant, speech, Map.of(), NOISE);
    }

    /** Of one that failed, or lost something. */
    public static Line lost(String contestant, String speech, String reason) {
        return new Line(contestant, speech, Map.of(), "no figure: " + reason);
    }

    /** Whether others on the machine did not let it be measured. */
    public boolean isNoisy() {
        return note.equals(NOISE);
    }

    /** A figure, or an empty one. */
    public Series figure(Metric metric) {
        return figures.getOrDefault(metric, Series.NONE);
    }
}
