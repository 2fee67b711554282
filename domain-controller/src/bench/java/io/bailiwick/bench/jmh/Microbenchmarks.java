package io.bailiwick.bench.jmh;

import java.nio.file.Path;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** {@code bailiwick bench jmh}: JMH with what it should count, and JMH's own options. */
public final class Microbenchmarks {
    private Microbenchmarks() {}

    /** The command. */
    public static void main(String[] args) throws CommandLineOptionException, RunnerException {
        CommandLineOptions given = new CommandLineOptions(args);
        ChainedOptionsBuilder options = new OptionsBuilder()
                .parent(given)
                .addProfiler(GCProfiler.class)
                .jvmArgsAppend("-XX:+UseSerialGC", "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED")
                .resultFormat(ResultFormatType.JSON)
                .result(Path.of(System.getProperty("bailiwick.home", "."), "target", "bench", "jmh.json")
                        .toString());
        new Runner(options.build()).run();
    }
}
