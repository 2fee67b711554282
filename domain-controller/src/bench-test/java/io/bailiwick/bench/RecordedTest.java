package io.bailiwick.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.bench.report.Line;
import io.bailiwick.bench.report.Metric;
import io.bailiwick.bench.report.Outcome;
import io.bailiwick.bench.report.Pair;
import io.bailiwick.bench.report.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guard lets pass what holds and what noise hid, and nothing else. */
class RecordedTest {
    private static final double NONE = Double.NaN;
    private static final List<Metric> PER_CPU = List.of(Metric.PER_CPU);

    @TempDir
    Path directory;

    private Path file = Path.of("");
    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void record() throws IOException {
        file = Files.writeString(directory.resolve("recorded.json"), "{\"rpc\": 0.6}");
    }

    private static Line line(String contestant, Double... perCpu) {
        return new Line(contestant, "", Map.of(Metric.PER_CPU, new Series(List.of(perCpu))), "");
    }

    private static Outcome outcome(String scenario, Line... lines) {
        return new Outcome(scenario, "", PER_CPU, List.of(new Pair("bailiwick", "relay", PER_CPU)), List.of(lines));
    }

    private boolean holds(Outcome outcome) throws IOException {
        return new Recorded(file).holds(List.of(outcome), said::add);
    }

    @Test
    void aRatioOfTwoThirdsHoldsAndALowerOneFails() throws IOException {
        assertTrue(holds(outcome("rpc", line("bailiwick", 41.0, 40.0, 42.0), line("relay", 100.0, 100.0, 100.0))));
        assertFalse(holds(outcome("rpc", line("bailiwick", 39.0, 38.0, 99.0), line("relay", 100.0, 100.0, 100.0))));
        assertTrue(said.get(1).contains("FELL"), said.toString());
    }

    @Test
    void whatOthersOnTheMachineHidDoesNotFail() throws IOException {
        assertTrue(holds(outcome("rpc", Line.noisy("bailiwick", ""), line("relay", 1.0, 1.0, 1.0))));
        assertTrue(holds(outcome("rpc", line("bailiwick", 1.0, 1.0, 1.0), Line.noisy("relay", ""))));
        assertTrue(said.get(1).contains("others were busy"), said.toString());
    }

    @Test
    void oneRoundInCommonIsNoRatio() throws IOException {
        assertTrue(holds(outcome("rpc", line("bailiwick", 1.0, 9.0, NONE), line("relay", NONE, 100.0, 100.0))));
        assertTrue(said.get(0).contains("others were busy"), said.toString());
    }

    @Test
    void aRunOfOneRoundIsNoExcuse() throws IOException {
        assertFalse(holds(outcome("rpc", line("bailiwick", 1.0), line("relay", 1.0))));
        assertTrue(said.get(0).contains("expected 2 rounds"), said.toString());
    }

    @Test
    void aRouterThatLosesAMessageFails() throws IOException {
        assertFalse(holds(outcome("rpc", Line.lost("bailiwick", "", "lost one"), line("relay", 1.0, 1.0))));
        assertTrue(said.get(0).contains("lost one"), said.toString());
    }

    @Test
    void aRelayThatFailsIsNotTakenForNoise() throws IOException {
        assertFalse(holds(outcome("rpc", line("bailiwick", 1.0, 1.0), Line.lost("relay", "", "gone"))));
        assertTrue(said.get(0).contains("gone"), said.toString());
    }

    @Test
    void aContestantOfAnotherNameFails() throws IOException {
        assertFalse(holds(outcome("rpc", line("bailiwick", 1.0, 1.0), line("floor", 1.0, 1.0))));
    }

    @Test
    void aScenarioOfAnotherNameFails() throws IOException {
        assertFalse(holds(outcome("calls", line("bailiwick", 1.0, 1.0), line("relay", 1.0, 1.0))));
        assertTrue(said.get(0).contains("expected a recorded ratio"), said.toString());
    }

    @Test
    void aScenarioThatCameToNoEndFails() throws IOException {
        assertFalse(holds(Outcome.failed("rpc", "", "no such port")));
        assertTrue(said.get(0).contains("no such port"), said.toString());
    }

    @Test
    void whatIsRecordedIsTheMedianAndTheRestStays() throws IOException {
        new Recorded(file)
                .write(List.of(
                        outcome("fanout", line("bailiwick", 9.0, 7.0, 8.0), line("relay", 10.0, 10.0, 10.0)),
                        outcome("topics", line("bailiwick", 9.0, NONE), line("relay", 10.0, 10.0))));
        assertEquals("{\"fanout\":0.8,\"rpc\":0.6}", Files.readString(file).replaceAll("\\s", ""));
    }
}
