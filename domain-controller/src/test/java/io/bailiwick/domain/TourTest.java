package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.house.SourceTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tour of the README, run line by line as it stands there. */
class TourTest {
    @TempDir
    Path directory;

    @Test
    void theTourOfTheReadmeWorks() throws Exception {
        String readme = Files.readString(SourceTree.root().resolve("README.md"));
        int start = readme.indexOf("```sh\n", readme.indexOf("## A five-minute tour")) + 6;
        String tour = readme.substring(start, readme.indexOf("```", start));
        Path launcher = directory.resolve("bailiwick");
        Files.writeString(
                launcher,
                "#!/bin/sh\nexec '" + ProcessHandle.current().info().command().orElse("java")
                        + "' --add-opens=java.base/sun.nio.ch=ALL-UNNAMED -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx128m"
                        + " io.bailiwick.router.command.Bailiwick \"$@\"\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
        Path home = Files.createDirectory(directory.resolve("home"));
        String script = "set -euo pipefail\n" + tour.replace("~/.bailiwick", "\"$BAILIWICK_HOME\"") + "wait || true\n";
        Path log = directory.resolve("tour.log");
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(log.toFile());
        builder.environment().put("BAILIWICK_HOME", home.toString());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process tourist = builder.start();
        try {
            assertTrue(tourist.waitFor(180, TimeUnit.SECONDS), () -> "the tour did not end: " + read(log));
            assertEquals(0, tourist.exitValue(), () -> read(log));
            assertTrue(read(log).contains("press1"), () -> read(log));
            assertTrue(read(log).contains("management_realm"), () -> read(log));
        } finally {
            tourist.descendants().forEach(ProcessHandle::destroyForcibly);
            tourist.destroyForcibly();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException none) {
            return "no log";
        }
    }
}
