package io.bailiwick.domain.command;

import io.bailiwick.router.command.CommandException;
import io.bailiwick.router.command.ExitCode;
import io.bailiwick.router.command.Streams;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bailiwick quickstart}: the whole road, on real processes and real sockets, in seven steps. */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        description =
                "Show the whole road: a master, a management realm, two nodes, calls, a crash, a refusal, a clean end.")
final class QuickstartCommand implements Callable<Integer> {
    @Option(names = "--keep", paramLabel = "DIR", description = "Keep all data and logs in this directory.")
    private @Nullable Path keep;

    @Spec
    private @Nullable CommandSpec command;

    /** One step. */
    @FunctionalInterface
    private interface Step {
        /** Does it; returns what is worth telling. */
        String run() throws Exception;
    }

    @Override
    public Integer call() throws IOException {
        Path directory =
                keep == null ? Files.createTempDirectory("bailiwick-quickstart-") : Files.createDirectories(keep);
        PrintWriter out =
                command == null ? Streams.out() : command.commandLine().getOut();
        try (QuickstartRoad road = new QuickstartRoad(directory.toAbsolutePath(), out)) {
            Runtime.getRuntime().addShutdownHook(new Thread(road::killAll, "quickstart-interrupted"));
            step(out, 1, "the master starts", road, road::startMaster);
            step(out, 2, "a management realm is created", road, road::createRealm);
            step(out, 3, "two nodes are paired by public key and connect", road, road::pairNodes);
            step(out, 4, "both nodes are called, events arrive", road, road::callNodes);
            step(out, 5, "the realm controller is killed and comes back", road, road::killController);
            step(out, 6, "an unpaired key is refused", road, road::refuseStranger);
            step(out, 7, "everything is stopped", road, road::stopAll);
        }
        if (keep == null) {
            delete(directory);
        }
        return ExitCode.OK;
    }

    private static void step(PrintWriter out, int number, String title, QuickstartRoad road, Step step) {
        long start = System.nanoTime();
        String told;
        try {
            told = step.run();
        } catch (Exception failure) {
            throw new CommandException(
                    ExitCode.FAILURE,
                    "step " + number + " of 7, \"" + title + "\", failed after " + seconds(start) + ": "
                            + failure.getMessage() + "\nlogs: " + road.logs());
        }
        out.println("[" + number + "/7] " + title + ": " + told + " (" + seconds(start) + ")");
    }

    private static String seconds(long start) {
        return String.format(
                Locale.ROOT,
                "%.1f s",
                Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0);
    }

    /** Deletes a directory with all that is in it. */
    static void delete(Path directory) throws IOException {
        List<Path> paths;
        try (Stream<Path> found = Files.walk(directory)) {
            paths = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
