package io.bailiwick.bench.jmh;

import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.pattern.PatternMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** All patterns that match a topic are visited, among many: half of them prefixes, half wildcards. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PatternBenchmark {
    private static final int TOPICS = 10_000;

    /** How many patterns there are. */
    @Param({"0", "100000"})
    public int patterns;

    private PatternMap<String> map = new PatternMap<>();
    private final String[] topics = new String[TOPICS];
    private int next;

    /** Fills the map. */
    @Setup
    public void fill() {
        map = new PatternMap<>();
        for (int i = 0; i < patterns; i++) {
            boolean prefix = i % 2 == 0;
            String pattern = prefix ? "com.example.other" + i + "." : "com.example..other" + i;
            map.put(prefix ? MatchPolicy.PREFIX : MatchPolicy.WILDCARD, pattern, pattern);
        }
        map.put(MatchPolicy.PREFIX, "com.example.bench.", "the one");
        for (int i = 0; i < TOPICS; i++) {
            topics[i] = "com.example.bench.topic" + i;
        }
    }

    /** One topic after the other. */
    @Benchmark
    public void match(Blackhole found) {
        next = (next + 1) % TOPICS;
        map.forEachMatch(topics[next], found::consume);
    }
}
