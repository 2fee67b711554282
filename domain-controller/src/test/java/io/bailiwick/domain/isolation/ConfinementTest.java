package io.bailiwick.domain.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bailiwick.domain.isolation.ControllerOptions.SandboxChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ConfinementTest {
    private static final Path SHELL = Path.of("/bin/sh");

    @TempDir
    Path directory;

    private static ControllerOptions options(SandboxChoice choice) {
        return new ControllerOptions(choice, Duration.ofSeconds(10), ControllerLimits.STANDARD, Map.of());
    }

    private Path program(String script) throws IOException {
        Path program = Files.writeString(directory.resolve("bwrap"), "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void without_the_program_the_bounds_are_there_and_the_missing_sandbox_is_stated() throws Exception {
        Confinement plain =
                Confinement.of(options(SandboxChoice.AUTO), directory, Set.of(), Optional.empty(), Optional.empty());
        assertEquals("none", plain.sandbox());
        assertTrue(plain.statement().contains("no sandbox: there is no program bwrap"), plain.statement());
        List<String> command = plain.command("plant", directory, Path.of("/java"), List.of("Main"));
        assertTrue(command.contains("-Xmx192m") && command.contains("-XX:+ExitOnOutOfMemoryError"), command.toString());
        assertEquals("Main", command.get(command.size() - 1));
    }

    @Test
    void a_sandbox_that_does_not_work_is_not_used_when_any_will_do_and_refused_when_it_is_demanded() throws Exception {
        Optional<Path> broken = Optional.of(program("echo 'No permissions to create new namespace' >&2; exit 1"));
        Confinement plain = Confinement.of(options(SandboxChoice.AUTO), directory, Set.of(), Optional.empty(), broken);
        assertEquals("none", plain.sandbox());
        assertTrue(plain.statement().contains("No permissions to create new namespace"), plain.statement());
        String refused = assertThrows(
                        IOException.class,
                        () -> Confinement.of(
                                options(SandboxChoice.BUBBLEWRAP), directory, Set.of(), Optional.empty(), broken))
                .getMessage();
        assertTrue(refused.contains("No permissions"), refused);
        assertThrows(
                IOException.class,
                () -> Confinement.of(
                        options(SandboxChoice.BUBBLEWRAP), directory, Set.of(), Optional.empty(), Optional.empty()));
    }

    @Test
    void none_is_none_even_where_there_is_one() throws Exception {
        Confinement plain = Confinement.of(
                options(SandboxChoice.NONE), directory, Set.of(), Optional.empty(), Optional.of(program("exit 0")));
        assertEquals("none", plain.sandbox());
        assertTrue(plain.statement().contains("none was chosen"), plain.statement());
    }

    @Test
    void who_comes_by_a_socket_is_left_no_network() throws Exception {
        Optional<Path> works = Optional.of(program("exit 0"));
        Path socket = directory.resolve("router.sock");
        List<String> bySocket = Confinement.of(
                        options(SandboxChoice.AUTO), directory, Set.of(), Optional.of(socket), works)
                .command("plant", directory, Path.of("/java"), List.of());
        assertTrue(bySocket.contains("--unshare-net") && bySocket.contains(socket.toString()), bySocket.toString());
        List<String> byNetwork = Confinement.of(
                        options(SandboxChoice.AUTO), directory, Set.of(), Optional.empty(), works)
                .command("plant", directory, Path.of("/java"), List.of());
        assertFalse(byNetwork.contains("--unshare-net"), byNetwork.toString());
    }

    @Test
    void inside_nothing_of_another_realm_can_be_read_and_nothing_but_its_own_be_written() throws Exception {
        Path own = Files.createDirectories(directory.resolve("realms/own"));
        Path other = Files.createDirectories(directory.resolve("realms/other"));
        Files.writeString(other.resolve("secret"), "secret");
        Path socket = Files.writeString(directory.resolve("router.sock"), "");
        Confinement around = Confinement.of(options(SandboxChoice.AUTO), directory, Set.of(), Optional.of(socket));
        assumeTrue(around.sandbox().equals("bubblewrap"), around::statement);
        String script = "cat " + other.resolve("secret") + "; ls " + directory.resolve("realms")
                + "; echo x > own-file && cat own-file; touch /usr/x; touch " + directory.resolve("x")
                + "; ls /proc | grep -c '^[0-9]'; cat /proc/net/route | wc -l";
        List<String> command = around.command("own", own, SHELL, List.of());
        List<String> shell = new java.util.ArrayList<>(command.subList(0, command.indexOf(SHELL.toString())));
        shell.addAll(List.of(SHELL.toString(), "-c", script));
        Process process = new ProcessBuilder(shell).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertFalse(said.contains("secret\n"), said);
        assertTrue(said.contains("own\nx\n"), said);
        assertFalse(Files.exists(directory.resolve("x")), said);
        assertTrue(said.contains("Read-only file system") || said.contains("Permission denied"), said);
    }
}
