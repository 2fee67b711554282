package io.bailiwick.bench.realm;

import io.bailiwick.router.client.Client;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.Identity;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.command.MasterFile;
import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.transport.Endpoint;
import io.bailiwick.router.transport.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Starts realm controllers and prints how long that takes and what they need.
 *
 * <p>Each round: a master is started, which starts all its realms at once; when all are ready and have been left alone for
 * some seconds, their memory is looked at; then one realm more is created, alone, and the call is timed; then all are
 * stopped. The first round makes the realms and is not counted. Times are medians over the rounds.
 *
 * <pre>
 * RealmStart [--realms 20] [--rounds 5] [--class-path "target/lib/*"] [--java-options "..."]
 * </pre>
 */
public final class RealmStart implements AutoCloseable {
    private static final String MREALM = "crossbarfabriccenter.mrealm.";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Until a realm controller has done what it does after READY; also time for the archive of the first round. */
    private static final long QUIET_MILLIS = 6_000;

    private final Path directory = Files.createTempDirectory("realm-start-");
    private final Path data = directory.resolve("data");
    private final Network network = Network.open(1);
    private final ExecutorService callbacks = Executors.newSingleThreadExecutor();
    private final String classPath;
    private final List<String> options;
    private @Nullable Process master;
    private @Nullable ClientSession session;

    /** What one round has shown; times in milliseconds, memory in kilobytes. */
    private record Round(
            double allReady,
            double eachReady,
            double created,
            double createdFork,
            double cpu,
            double rss,
            double pss) {}

    /** A realm controller that is ready. */
    private record Running(long pid, Instant forked, Instant ready) {
        double millis() {
            return Duration.between(forked, ready).toMillis();
        }
    }

    private RealmStart(String classPath, List<String> options) throws IOException {
        this.classPath = classPath;
        this.options = options;
    }

    /** See the class. */
    public static void main(String[] arguments) throws Exception {
        int realms = Integer.parseInt(option(arguments, "--realms", "20"));
        int rounds = Integer.parseInt(option(arguments, "--rounds", "5"));
        String classPath = option(arguments, "--class-path", System.getProperty("java.class.path"));
        List<String> options = Stream.of(option(arguments, "--java-options", "").split(" "))
                .filter(text -> !text.isBlank())
                .toList();
        try (RealmStart bench = new RealmStart(classPath, options)) {
            bench.prepare(realms);
            List<Round> measured = new ArrayList<>();
            for (int round = 1; round <= rounds; round++) {
                measured.add(bench.round(realms));
                bench.print("round " + round, measured.subList(round - 1, round), realms);
            }
            bench.print("median of " + rounds, measured, realms);
        }
    }

    private static String option(String[] arguments, String name, String otherwise) {
        int at = Arrays.asList(arguments).indexOf(name);
        return at < 0 ? otherwise : arguments[at + 1];
    }

    private void prepare(int realms) throws Exception {
        Files.writeString(directory.resolve("master.yaml"), "max_concurrent_starts: " + Math.min(64, realms) + "\n");
        startMaster();
        for (int i = 1; i <= realms; i++) {
            long began = System.nanoTime();
            call("create_mrealm", Map.of("name", "realm" + i));
            if (i == 1) {
                System.out.printf(Locale.ROOT, "first create_mrealm of all: %.0f ms%n", millisSince(began));
            }
        }
        TimeUnit.MILLISECONDS.sleep(QUIET_MILLIS);
        stopMaster();
    }

    private Round round(int realms) throws Exception {
        startMaster();
        List<Running> running = new ArrayList<>();
        for (int i = 1; i <= realms; i++) {
            running.add(awaitReady("realm" + i));
        }
        TimeUnit.MILLISECONDS.sleep(QUIET_MILLIS);
        Instant first = running.stream()
                .map(Running::forked)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        Instant last = running.stream()
                .map(Running::ready)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        List<Footprint> prints = new ArrayList<>();
        for (Running controller : running) {
            prints.add(Footprint.of(controller.pid()));
        }
        long began = System.nanoTime();
        call("create_mrealm", Map.of("name", "alone"));
        double created = millisSince(began);
        Running alone = awaitReady("alone");
        call("delete_mrealm_by_name", "alone");
        stopMaster();
        return new Round(
                Duration.between(first, last).toMillis(),
                median(running.stream().map(Running::millis).toList()),
                created,
                alone.millis(),
                prints.stream().mapToDouble(Footprint::cpu).sum() / realms,
                prints.stream().mapToDouble(Footprint::rss).sum() / realms,
                prints.stream().mapToDouble(Footprint::pss).sum() / realms);
    }

    private void print(String title, List<Round> rounds, int realms) {
        System.out.printf(
                Locale.ROOT,
                "%s, %d realms: all ready %.2f s, each %.2f s; created alone: call %.2f s, fork to READY %.2f s; "
                        + "each: cpu %.2f s, rss %.1f MB, pss %.1f MB%n",
                title,
                realms,
                median(rounds.stream().map(Round::allReady).toList()) / 1000,
                median(rounds.stream().map(Round::eachReady).toList()) / 1000,
                median(rounds.stream().map(Round::created).toList()) / 1000,
                median(rounds.stream().map(Round::createdFork).toList()) / 1000,
                median(rounds.stream().map(Round::cpu).toList()),
                median(rounds.stream().map(Round::rss).toList()) / 1024,
                median(rounds.stream().map(Round::pss).toList()) / 1024);
    }

    private Running awaitReady(String realm) throws Exception {
        return until("realm " + realm, () -> {
            Map<?, ?> row = (Map<?, ?>) call("get_mrealm_by_name", realm).list().get(0);
            if (row != null
                    && row.get("controller") instanceof Map<?, ?> controller
                    && "ready".equals(controller.get("state"))) {
                long pid = ((Number) controller.get("pid")).longValue();
                return new Running(pid, Footprint.forked(pid), Instant.parse(String.valueOf(controller.get("since"))));
            }
            return null;
        });
    }

    private void startMaster() throws Exception {
        Files.deleteIfExists(data.resolve("master.json"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, "io.bailiwick.router.command.Bailiwick", "master", "run"));
        command.addAll(List.of("--config", directory.resolve("master.yaml").toString()));
        command.addAll(List.of("--data", data.toString(), "--listen", "tcp://127.0.0.1:0"));
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("master.log").toFile()))
                .start();
        master = started;
        String url = until("the master", () -> {
            if (!started.isAlive()) {
                throw new AssertionError(Files.readString(directory.resolve("master.log")));
            }
            return MasterFile.url(data).orElse(null);
        });
        session = Client.join(
                        network.connector(Endpoint.of(url), Format.CBOR, Optional.empty()),
                        Identity.of(
                                "com.crossbario.fabric",
                                null,
                                null,
                                KeyFiles.readSigningKey(MasterFile.superuserKey(data))),
                        callbacks)
                .get(20, TimeUnit.SECONDS);
    }

    private void stopMaster() throws InterruptedException {
        if (session != null) {
            session.close();
            session = null;
        }
        if (master != null) {
            master.destroy();
            master.waitFor();
            master = null;
        }
    }

    private Arguments call(String procedure, @Nullable Object... arguments) throws Exception {
        ClientSession open = session;
        if (open == null) {
            throw new IllegalStateException("no session");
        }
        return open.call(MREALM + procedure, Arguments.of(arguments), PATIENCE)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static double millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e6;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }

    private static <T> T until(String what, Callable<@Nullable T> attempt) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            T answer = attempt.call();
            if (answer != null) {
                return answer;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new IllegalStateException("waited " + PATIENCE.toSeconds() + " s for " + what);
    }

    @Override
    public void close() throws IOException {
        try {
            stopMaster();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        callbacks.shutdownNow();
        network.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
