package io.bailiwick.domain.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bailiwick.domain.isolation.ControllerOptions.SandboxChoice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
        Confinement plain = Confinement.of(
                options(SandboxChoice.AUTO), directory, directory, Set.of(), Optional.empty(), Optional.empty());
        assertEquals("none", plain.sandbox());
        assertTrue(plain.statement().contains("no sandbox: there is no program bwrap"), plain.statement());
        List<String> command = plain.command("plant", directory, Path.of("/java"), List.of("Main"));
        assertTrue(command.contains("-Xmx192m") && command.contains("-XX:+ExitOnOutOfMemoryError"), command.toString());
        assertEquals("Main", command.get(command.size() - 1));
    }

    @Test
    void a_controller_has_processors_after_the_master() throws Exception {
        assumeTrue(Stream.of("/usr/bin/nice", "/bin/nice").map(Path::of).anyMatch(Files::exists), "no nice");
        List<String> command = Confinement.of(
                        options(SandboxChoice.NONE), directory, directory, Set.of(), Optional.empty(), Optional.empty())
                .command("plant", directory, Path.of("/java"), List.of("Main"));
        List<String> around = command.subList(0, command.indexOf("/java"));
        Process child = new ProcessBuilder(
                        Stream.concat(around.stream(), Stream.of("nice")).toList())
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String ours =
                new String(new ProcessBuilder("nice").start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(Math.min(19, Integer.parseInt(ours.trim()) + 5), Integer.parseInt(said.trim()));
    }

    @Test
    void a_sandbox_that_does_not_work_is_not_used_when_any_will_do_and_refused_when_it_is_demanded() throws Exception {
        Optional<Path> broken = Optional.of(program("echo 'No permissions to create new namespace' >&2; exit 1"));
        Confinement plain =
                Confinement.of(options(SandboxChoice.AUTO), directory, directory, Set.of(), Optional.empty(), broken);
        assertEquals("none", plain.sandbox());
        assertTrue(plain.statement().contains("No permissions to create new namespace"), plain.statement());
        String refused = assertThrows(
                        IOException.class,
                        () -> Confinement.of(
                                options(SandboxChoice.BUBBLEWRAP),
                                directory,
                                directory,
                                Set.of(),
                                Optional.empty(),
                                broken))
                .getMessage();
        assertTrue(refused.contains("No permissions"), refused);
        assertThrows(
                IOException.class,
                () -> Confinement.of(
                        options(SandboxChoice.BUBBLEWRAP),
                        directory,
                        directory,
                        Set.of(),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void none_is_none_even_where_there_is_one() throws Exception {
        Confinement plain = Confinement.of(
                options(SandboxChoice.NONE),
                directory,
                directory,
                Set.of(),
                Optional.empty(),
                Optional.of(program("exit 0")));
        assertEquals("none", plain.sandbox());
        assertTrue(plain.statement().contains("none was chosen"), plain.statement());
    }

    @Test
    void who_comes_by_a_socket_is_left_no_network() throws Exception {
        Optional<Path> works = Optional.of(program("exit 0"));
        Path socket = directory.resolve("router.sock");
        List<String> bySocket = Confinement.of(
                        options(SandboxChoice.AUTO), directory, directory, Set.of(), Optional.of(socket), works)
                .command("plant", directory, Path.of("/java"), List.of());
        assertTrue(bySocket.contains("--unshare-net") && bySocket.contains(socket.toString()), bySocket.toString());
        List<String> byNetwork = Confinement.of(
                        options(SandboxChoice.AUTO), directory, directory, Set.of(), Optional.empty(), works)
                .command("plant", directory, Path.of("/java"), List.of());
        assertFalse(byNetwork.contains("--unshare-net"), byNetwork.toString());
    }

    @Test
    void inside_nothing_of_another_realm_can_be_read_and_nothing_but_its_own_be_written() throws Exception {
        Path own = Files.createDirectories(directory.resolve("realms/own"));
        Path other = Files.createDirectories(directory.resolve("realms/other"));
        Files.writeString(other.resolve("secret"), "secret");
        Path socket = Files.writeString(directory.resolve("router.sock"), "");
        Confinement around =
                Confinement.of(options(SandboxChoice.AUTO), directory, directory, Set.of(), Optional.of(socket));
        assumeTrue(around.sandbox().equals("bubblewrap"), around::statement);
        String script = "cat " + other.resolve("secret") + "; ls " + directory.resolve("realms")
                + "; echo x > own-file && cat own-file; touch /usr/x; touch " + directory.resolve("x")
                + "; ls /proc | grep -c '^[0-9]'; cat /proc/net/route | wc -l";
        List<String> command = around.command("own", own, SHELL, List.of());
        List<String> shell = new ArrayList<>(command.subList(0, command.indexOf(SHELL.toString())));
        shell.addAll(List.of(SHELL.toString(), "-c", script));
        Process process = new ProcessBuilder(shell).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertFalse(said.contains("secret\n"), said);
        assertTrue(said.contains("own\nx\n"), said);
        assertFalse(Files.exists(directory.resolve("x")), said);
        assertTrue(said.contains("Read-only file system") || said.contains("Permission denied"), said);
    }

    /** The paths that an option is given for, in order, each with its place among the arguments. */
    private static Map<String, Integer> places(List<String> command, String option) {
        Map<String, Integer> places = new LinkedHashMap<>();
        for (int i = 0; i < command.size() - 1; i++) {
            if (command.get(i).equals(option)) {
                places.put(command.get(i + 1), i);
            }
        }
        return places;
    }

    @Test
    void the_data_directory_is_hidden_where_what_is_shown_contains_it_and_its_own_parts_are_shown_on_top()
            throws Exception {
        Path shown = Files.createDirectories(directory.toRealPath().resolve("shown"));
        Path link = Files.createSymbolicLink(directory.toRealPath().resolve("link"), shown);
        Path data = Files.createDirectories(shown.resolve("data"));
        Path own = Files.createDirectories(data.resolve("realms/own"));
        Path archives = Files.createDirectories(data.resolve("archives"));
        Path socket = Files.writeString(data.resolve("router.sock"), "");
        List<String> command = Confinement.of(
                        options(SandboxChoice.AUTO),
                        data,
                        data,
                        Set.of(shown, link, data, archives),
                        Optional.of(socket),
                        Optional.of(program("exit 0")))
                .command("own", own, Path.of("/java"), List.of());
        Map<String, Integer> hidden = places(command, "--tmpfs");
        Map<String, Integer> read = places(command, "--ro-bind-try");
        int here = hidden.get(data.toString());
        int byLink = hidden.get(link.resolve("data").toString());
        for (Path above : List.of(shown, link, data, Path.of("/usr"))) {
            Integer place = read.get(above.toString());
            assertTrue(place != null && place < here && place < byLink, above + " in " + command);
        }
        for (Path part : List.of(archives, socket)) {
            assertTrue(read.get(part.toString()) > here, part + " in " + command);
        }
        assertTrue(places(command, "--bind").get(own.toString()) > here, command.toString());
    }

    @Test
    void data_that_are_reached_by_a_link_are_hidden_where_they_are() throws Exception {
        Path real = Files.createDirectories(directory.toRealPath().resolve("real"));
        Path link = Files.createSymbolicLink(directory.toRealPath().resolve("data"), real);
        List<String> command = Confinement.of(
                        options(SandboxChoice.AUTO),
                        link,
                        link,
                        Set.of(),
                        Optional.empty(),
                        Optional.of(program("exit 0")))
                .command("own", link, Path.of("/java"), List.of());
        assertTrue(places(command, "--tmpfs").containsKey(real.toString()), command.toString());
    }

    @Test
    void inside_data_below_what_is_shown_cannot_be_read() throws Exception {
        Path data = Files.createDirectories(directory.resolve("shown/data"));
        Path own = Files.createDirectories(data.resolve("realms/own"));
        Path other = Files.createDirectories(data.resolve("realms/other"));
        Path archives = Files.createDirectories(data.resolve("archives"));
        Files.writeString(directory.resolve("shown/program"), "program\n");
        Files.writeString(archives.resolve("classes"), "classes\n");
        Files.writeString(other.resolve("store"), "secret\n");
        Files.writeString(data.resolve("superuser.priv"), "secret\n");
        Confinement around = Confinement.of(
                options(SandboxChoice.AUTO),
                data,
                data,
                Set.of(directory.resolve("shown"), archives),
                Optional.empty());
        assumeTrue(around.sandbox().equals("bubblewrap"), around::statement);
        List<String> command = around.command("own", own, SHELL, List.of());
        List<String> shell = new ArrayList<>(command.subList(0, command.indexOf(SHELL.toString())));
        shell.addAll(List.of(
                SHELL.toString(),
                "-c",
                "cat ../other/store ../../superuser.priv; cat ../../archives/classes ../../../program"));
        Process process = new ProcessBuilder(shell).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertFalse(said.contains("secret\n"), said);
        assertTrue(said.contains("classes\nprogram\n"), said);
    }
}
