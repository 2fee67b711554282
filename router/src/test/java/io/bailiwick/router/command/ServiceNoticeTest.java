package io.bailiwick.router.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.standalone.Hangup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A router as a service manager has it: a real process, and a program in the place of systemd-notify that writes what it is told. */
class ServiceNoticeTest {
    private static final String CONFIG = """
            listeners:
              - {name: local, endpoint: "tcp://127.0.0.1:0"}
            realms:
              - {name: shop, roles: [{name: clerk}]}
            """;

    @TempDir
    Path directory;

    private Process start(boolean waits) throws IOException {
        Path said = directory.resolve("said");
        Path notify = directory.resolve("systemd-notify");
        Files.writeString(notify, "#!/bin/sh\necho \"$NOTIFY_SOCKET $@\" >>'" + said + "'\n");
        Files.setPosixFilePermissions(notify, PosixFilePermissions.fromString("rwx------"));
        Path config = Files.writeString(directory.resolve("router.yaml"), CONFIG);
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.bailiwick.router.command.Bailiwick",
                        "router",
                        "run",
                        "--config",
                        config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile());
        builder.environment().put("PATH", directory + ":" + System.getenv("PATH"));
        builder.environment().remove("NOTIFY_SOCKET");
        if (waits) {
            builder.environment().put("NOTIFY_SOCKET", "/run/of-the-test");
        }
        return builder.start();
    }

    private List<String> said(int words) throws Exception {
        Path said = directory.resolve("said");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!Files.exists(said) || Files.readAllLines(said).size() < words) {
            assertTrue(System.nanoTime() < end, () -> "expected " + words + " words; the log: " + log());
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return Files.readAllLines(said);
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void signal(String name, Process process) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    @Test
    void a_service_manager_that_waits_is_told_of_the_start_of_a_reload_and_of_the_end() throws Exception {
        Process router = start(true);
        try {
            assertEquals("/run/of-the-test READY=1 STATUS=the router is running", said(1).get(0));
            Hangup.send(router);
            List<String> reloaded = said(3);
            assertTrue(
                    reloaded.get(1).matches("/run/of-the-test RELOADING=1 MONOTONIC_USEC=[0-9]+"), reloaded.toString());
            assertTrue(reloaded.get(2).startsWith("/run/of-the-test READY=1 "), reloaded.toString());
            signal("TERM", router);
            assertTrue(said(4).get(3).startsWith("/run/of-the-test STOPPING=1 "));
            assertTrue(router.waitFor(20, TimeUnit.SECONDS));
        } finally {
            router.destroyForcibly().waitFor();
        }
    }

    @Test
    void where_nobody_waits_nothing_is_said() throws Exception {
        Process router = start(false);
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!log().contains("READY")) {
                assertTrue(System.nanoTime() < end, this::log);
                TimeUnit.MILLISECONDS.sleep(20);
            }
            signal("TERM", router);
            assertTrue(router.waitFor(20, TimeUnit.SECONDS));
            assertTrue(Files.notExists(directory.resolve("said")));
        } finally {
            router.destroyForcibly().waitFor();
        }
    }
}
