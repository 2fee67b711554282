package io.bailiwick.bench.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** This machine, as the kernel shows it in {@code /proc}. */
public final class Machine {
    /** Of servers, and of the generator. */
    private static final int SERVER = 0;

    private static final int GENERATOR = 1;
    /** The kernel counts hundredths of a second there, on every architecture. */
    private static final double TICKS = 100;

    private Machine() {}

    /** Whether processes can have a processor of their own. */
    public static boolean pins() {
        return processors() >= 2 && Files.isExecutable(Path.of("/usr/bin/taskset"));
    }

    /** Processors of the machine, whichever this process may use. */
    public static int processors() {
        return (int) lines("/proc/stat").stream()
                .filter(line -> line.matches("cpu[0-9].*"))
                .count();
    }

    /** Leaves the servers' processor alone, with all threads, from now on. */
    public static void pinGenerator() throws IOException, InterruptedException {
        if (pins()) {
            String self = Long.toString(ProcessHandle.current().pid());
            new ProcessBuilder("taskset", "-a", "-c", "-p", Integer.toString(GENERATOR), self)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        }
    }

    /** The command of a server, on the servers' processor. */
    static List<String> pinned(List<String> command) {
        return on(Integer.toString(SERVER), command);
    }

    /** The command of a server that takes any processor: what is started by the generator would have the generator's. */
    public static List<String> anywhere(List<String> command) {
        return on("0-" + (processors() - 1), command);
    }

    private static List<String> on(String processors, List<String> command) {
        if (!pins()) {
            return command;
        }
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", processors));
        pinned.addAll(command);
        return pinned;
    }

    /** Processor seconds that anybody used, and that the hypervisor took, since the machine started. */
    static double busy() {
        String[] words = lines("/proc/stat").get(0).trim().split("\\s+");
        // cpu user nice system idle iowait irq softirq steal
        return LongStream.of(1, 2, 3, 6, 7, 8)
                        .map(at -> Long.parseLong(words[(int) at]))
                        .sum()
                / TICKS;
    }

    /** Processor seconds of this process and all that it started, also of what has ended since. */
    static double own() {
        return cpu(ProcessHandle.current());
    }

    /** Processor seconds of this process alone. */
    static double generator() {
        return ticks(stat("/proc/self/stat"), 2) / TICKS;
    }

    /** Processor seconds of a process and all that it started, also of what has ended since. */
    static double cpu(ProcessHandle process) {
        return ticks(process.pid()) / TICKS
                + process.descendants()
                                .mapToLong(ProcessHandle::pid)
                                .mapToDouble(Machine::ticks)
                                .sum()
                        / TICKS;
    }

    private static double ticks(long pid) {
        // utime stime cutime cstime; the last two are of children that have ended and were waited for
        return ticks(stat("/proc/" + pid + "/stat"), 4);
    }

    /** The sum of so many times of a line of {@code stat}; 0 for the empty line. */
    private static double ticks(String stat, int times) {
        if (stat.isEmpty()) {
            return 0;
        }
        // The name stands in parentheses and may hold anything.
        String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Stream.of(words)
                .skip(11)
                .limit(times)
                .mapToDouble(Long::parseLong)
                .sum();
    }

    /** The line; empty when the process or thread has gone. */
    private static String stat(String file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? "" : lines.get(0);
    }

    /** Processor seconds that a JVM's compilers have used, in a process and all that it started; 0 where there are none. */
    static double compilers(ProcessHandle process) {
        return LongStream.concat(
                                LongStream.of(process.pid()),
                                process.descendants().mapToLong(ProcessHandle::pid))
                        .mapToObj(Machine::threads)
                        .flatMap(List::stream)
                        .filter(thread -> isCompiler(stat(thread)))
                        .mapToDouble(thread -> ticks(stat(thread), 2))
                        .sum()
                / TICKS;
    }

    private static boolean isCompiler(String stat) {
        return stat.contains("(C1 Compiler") || stat.contains("(C2 Compiler");
    }

    private static List<String> threads(long pid) {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return threads.map(thread -> thread.resolve("stat").toString()).toList();
        } catch (IOException | UncheckedIOException gone) {
            return List.of();
        }
    }

    /** Resident kilobytes of a process and all that it started. */
    static long residentKilobytes(ProcessHandle process) {
        return LongStream.concat(
                        LongStream.of(process.pid()), process.descendants().mapToLong(ProcessHandle::pid))
                .flatMap(pid -> lines("/proc/" + pid + "/status").stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", ""))))
                .sum();
    }

    /** How many files a process may have open. */
    public static long openFiles() {
        return lines("/proc/self/limits").stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.split("\\s+")[3])
                .mapToLong(word -> word.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(word))
                .findFirst()
                .orElse(0);
    }

    /** The processor's model. */
    public static String model() {
        return lines("/proc/cpuinfo").stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 2))
                .findFirst()
                .orElse("unknown processor");
    }

    /** The kernel's name and release. */
    public static String kernel() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version");
    }

    /** The JVM's version and name. */
    public static String java() {
        return System.getProperty("java.vm.version") + ", " + System.getProperty("java.vm.name");
    }

    /** One line that says what was measured on. */
    public static String description() {
        return processors() + " x " + model() + ", " + kernel() + ", Java " + java()
                + (pins() ? ", server on processor 0, generator on 1" : ", server and generator on any processor");
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (NoSuchFileException gone) {
            return List.of();
        } catch (IOException e) {
            if (file.matches("/proc/[0-9]+/.*")) {
                return List.of();
            }
            throw new UncheckedIOException(e);
        }
    }
}
