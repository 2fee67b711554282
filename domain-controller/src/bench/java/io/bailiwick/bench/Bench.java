package io.bailiwick.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bailiwick.bench.harness.Machine;
import io.bailiwick.bench.harness.Pace;
import io.bailiwick.bench.peer.BailiwickServer;
import io.bailiwick.bench.peer.Peers;
import io.bailiwick.bench.peer.Server;
import io.bailiwick.bench.report.Circumstances;
import io.bailiwick.bench.report.Outcome;
import io.bailiwick.bench.report.Page;
import io.bailiwick.bench.report.Table;
import io.bailiwick.bench.scenario.Scenario;
import io.bailiwick.bench.scenario.Scenarios;
import io.bailiwick.bench.scenario.Stage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bailiwick bench}. */
@Command(
        name = "bailiwick bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measure the router in turns with a raw relay, and with routers and brokers of others.",
        footer = {
            "%nWithout SCENARIO all are run. Figures are per second of the server's processor, as the kernel counts it.",
            "A window in which others were busy is repeated, and a server that loses a message gets no figure.",
            "`bailiwick bench jmh [REGEX]` runs the microbenchmarks. docs/benchmarks.md says more."
        })
public final class Bench implements Callable<Integer> {
    private static final String BOTH = "both";
    private static final List<String> SMOKE = List.of("rpc", "rpc-ws", "fanout");

    @Parameters(paramLabel = "SCENARIO", description = "What to measure; `list` names all.")
    private List<String> scenarios = new ArrayList<>();

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds; 5 if not said.")
    private int rounds;

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "NAME",
            description = "Those of others to measure as well, of: ${COMPLETION-CANDIDATES}, or all; none if not said.",
            completionCandidates = Peers.Names.class)
    private List<String> peers = new ArrayList<>();

    @Option(names = "--smoke", description = "Three scenarios, briefly, compared with the recorded ratios.")
    private boolean smoke;

    @Option(names = "--record", description = "Write the medians of this run's ratios down as those to compare with.")
    private boolean record;

    @Option(names = "--json", paramLabel = "FILE", description = "Append each outcome there as a line of JSON.")
    private @Nullable Path json;

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            defaultValue = "auto",
            description =
                    "Of router and relay: auto, nio or epoll; or both: epoll, and a router with nio takes its turns too.")
    private String transport = "auto";

    @Option(
            names = "--noise",
            paramLabel = "CPUS",
            description = "Processors that others may use in a window that counts; 0.12 if not said.")
    private double noise;

    /** The command. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        if (scenarios.contains("list")) {
            Scenarios.all().forEach(each -> out.printf("%-20s %s%n", String.join(" ", each.names()), each.title()));
            return 0;
        }
        Path home = Path.of(System.getProperty("bailiwick.home", ".")).toAbsolutePath();
        Path directory = Files.createDirectories(home.resolve("target").resolve("bench"));
        Machine.pinGenerator();
        out.println(Machine.description() + ", up to " + Machine.openFiles() + " open files");
        Pace pace = pace();
        Circumstances circumstances = new Circumstances(
                Instant.now().toString(),
                Checkout.commit(home),
                Machine.model(),
                Machine.processors(),
                Machine.kernel(),
                Machine.java(),
                pace.noise());
        out.println("commit " + circumstances.commit());
        List<Outcome> outcomes = new ArrayList<>();
        boolean failed = false;
        List<Server> installed = Peers.install(peers, directory.resolve("peers"), out::println);
        boolean both = transport.equals(BOTH);
        if (both) {
            installed = new ArrayList<>(installed);
            installed.add(BailiwickServer.byItsOwn("nio"));
        }
        try (Stage stage = new Stage(home, directory, pace, both ? "epoll" : transport, installed, out::println)) {
            for (Scenario scenario : wanted()) {
                Outcome outcome;
                try {
                    outcome = scenario.run(stage);
                } catch (IOException | IllegalStateException broken) {
                    // The others are measured all the same.
                    failed = true;
                    outcome = Outcome.failed(scenario.name(), scenario.title(), broken.toString());
                }
                outcomes.add(outcome);
                out.print(Table.of(outcome));
                out.flush();
                save(outcome.plain(circumstances), directory);
                Files.writeString(directory.resolve("report.html"), page(outcomes, circumstances));
            }
        }
        out.println("page: " + directory.resolve("report.html"));
        Recorded recorded = new Recorded(home.resolve("domain-controller/src/bench/resources/recorded.json"));
        if (record) {
            recorded.write(outcomes);
        }
        boolean holds = !smoke || recorded.holds(outcomes, out::println);
        return holds && !failed ? 0 : 1;
    }

    private Pace pace() {
        Pace pace = smoke ? Pace.SMOKE : Pace.FULL;
        Pace counted = rounds > 0 ? pace.withRounds(rounds) : pace;
        return noise > 0 ? counted.withNoise(noise) : counted;
    }

    private List<Scenario> wanted() {
        List<String> names = scenarios.isEmpty() && smoke ? SMOKE : scenarios;
        List<Scenario> known = Scenarios.all();
        List<String> all = known.stream().flatMap(each -> each.names().stream()).toList();
        for (String name : names) {
            if (!all.contains(name)) {
                throw new CommandLine.ParameterException(
                        new CommandLine(this), "expected one of " + all + ", but found " + name);
            }
        }
        return known.stream()
                .filter(each -> names.isEmpty() || each.names().stream().anyMatch(names::contains))
                .toList();
    }

    private void save(Map<String, Object> outcome, Path directory) throws IOException {
        String line = new ObjectMapper().writeValueAsString(outcome) + "\n";
        append(directory.resolve("results.jsonl"), line);
        if (json != null) {
            append(json, line);
        }
    }

    private static String page(List<Outcome> outcomes, Circumstances circumstances) {
        String scenariosRun = outcomes.stream().map(Outcome::scenario).collect(Collectors.joining(", "));
        String when = circumstances.began() + ", commit " + circumstances.commit() + ": " + scenariosRun;
        return Page.of(outcomes, Machine.description(), when);
    }

    private static void append(Path file, String line) throws IOException {
        Files.writeString(file, line, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND);
    }
}
