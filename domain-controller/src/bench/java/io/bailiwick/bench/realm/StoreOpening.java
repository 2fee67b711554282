package io.bailiwick.bench.realm;

import io.bailiwick.bench.harness.Machine;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.router.store.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A process that opens the store of a domain and ends: as cold as a domain that starts. */
public final class StoreOpening {
    private StoreOpening() {}

    /** Opens the store in a directory and prints how many seconds that took. */
    public static void main(String[] args) {
        long began = System.nanoTime();
        Store.open(Path.of(args[0]), new GlobalSchema()).close();
        System.out.println((System.nanoTime() - began) / 1e9);
    }

    /** Seconds that it takes in a process of its own, the start of the JVM not counted, with the flags of a master. */
    public static double seconds(Path directory) throws IOException {
        Process process = new ProcessBuilder(Machine.anywhere(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xms64m",
                        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreOpening.class.getName(),
                        directory.toString())))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = process.inputReader()) {
            // Other lines may be of the log.
            return lines.lines()
                    .filter(line -> line.matches("[0-9.Ee-]+"))
                    .mapToDouble(Double::parseDouble)
                    .findFirst()
                    .orElseThrow(() ->
                            new IOException("expected the store in " + directory + " to be opened, but it was not"));
        }
    }
}
