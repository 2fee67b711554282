package io.bailiwick.router.store;

import io.bailiwick.router.store.FleetSchema.Entry;
import io.bailiwick.router.store.Form.Pair;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A process of its own that has a store. {@code hold}: opens it, says READY, closes at the end of its input. {@code
 * write}: opens it and writes to {@code log} from several threads, saying {@code thread number} after each acknowledged
 * write, until it is killed. {@code step}: opens it and makes one write for each line of its input.
 */
final class StoreChild {
    static final int THREADS = 4;

    private final Process process;
    private final BufferedReader out;

    private StoreChild(Process process) {
        this.process = process;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static StoreChild start(String mode, Path directory) throws IOException {
        return start(mode, directory, true);
    }

    static StoreChild start(String mode, Path directory, boolean openChannels) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (openChannels) {
            command.add("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
        }
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.addAll(List.of(StoreChild.class.getName(), mode, directory.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new StoreChild(process);
    }

    /** The next line that it says, or null after its end. */
    String line() throws IOException {
        return out.readLine();
    }

    long pid() {
        return process.pid();
    }

    /** Makes one write and gives the answer. */
    String step() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        return line();
    }

    void kill() throws InterruptedException {
        // Through the handle: the process itself would close its output, and what is in it was said.
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    /** Ends its input, which ends it. */
    void end() throws IOException, InterruptedException {
        process.getOutputStream().close();
        process.waitFor();
    }

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        // What is logged may not get between what is said.
        System.setOut(System.err);
        FleetSchema fleet = new FleetSchema();
        Store<FleetSchema> store;
        try {
            store = Store.open(Path.of(args[1]), fleet, Duration.ZERO);
        } catch (RuntimeException e) {
            out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
            return;
        }
        out.println("READY");
        switch (args[0]) {
            case "hold" -> System.in.transferTo(PrintStream.nullOutputStream());
            case "step" -> step(store, fleet, out);
            default -> write(store, fleet, out);
        }
        store.close();
    }

    private static void step(Store<FleetSchema> store, FleetSchema fleet, PrintStream out) throws IOException {
        for (long n = 0; System.in.read() >= 0; n++) {
            try {
                append(store, fleet, 0);
                out.println("written " + n);
            } catch (RuntimeException e) {
                out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
            }
        }
    }

    private static void write(Store<FleetSchema> store, FleetSchema fleet, PrintStream out) throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (long thread = 0; thread < THREADS; thread++) {
            long mine = thread;
            Thread writing = new Thread(() -> {
                while (true) {
                    out.println(mine + " " + append(store, fleet, mine));
                }
            });
            writing.start();
            threads.add(writing);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Adds the next row of a thread: its number is one more than that of the last one. */
    static long append(Store<FleetSchema> store, FleetSchema fleet, long thread) {
        return store.write(tx -> {
            long next = fleet.log
                            .range(tx, new Pair<>(thread, 0L), new Pair<>(thread + 1, 0L), true)
                            .findFirst()
                            .map(row -> row.row().number())
                            .orElse(-1L)
                    + 1;
            fleet.log.insert(tx, new Pair<>(thread, next), new Entry(next, "entry " + next));
            return next;
        });
    }
}
