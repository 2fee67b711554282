package io.bailiwick.bench.peer;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs installers of others, with a bound on how long they may take. */
final class Install {
    private static final long MINUTES = 5;

    private Install() {}

    /**
     * Builds a command of a Go module.
     *
     * @param module with its version, as in a go.mod
     * @return its file
     */
    static Path go(Path home, String module, String commandPackage, String command)
            throws IOException, InterruptedException {
        Path binary = home.resolve(command);
        if (!Files.exists(binary)) {
            Files.createDirectories(home);
            Files.writeString(home.resolve("go.mod"), "module bench\ngo 1.22\nrequire " + module + "\n");
            run(home, Map.of("GOFLAGS", "-mod=mod"), List.of("go", "build", "-o", command, commandPackage));
        }
        return binary;
    }

    /**
     * Runs a command.
     *
     * @throws IOException with the end of what it said, if it fails or is not there
     */
    static void run(Path directory, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        File log = directory.resolve("install.txt").toFile();
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException(command.get(0) + " took longer than " + MINUTES + " minutes");
        }
        if (process.exitValue() != 0) {
            List<String> lines = Files.readAllLines(log.toPath());
            String last = String.join(" ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
            throw new IOException(String.join(" ", command) + ": " + last);
        }
    }
}
