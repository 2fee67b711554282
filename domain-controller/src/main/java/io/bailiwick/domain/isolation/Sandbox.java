package io.bailiwick.domain.isolation;

import io.bailiwick.router.fault.FailPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bubblewrap around a realm controller: it sees the system's programs and its own, all read-only, its own directory, and the
 * socket of the domain; of other realms, of the domain's store and keys, of other processes and of the network it sees
 * nothing. It needs no rights beyond those of whoever runs the domain.
 *
 * <p>The domain's data may lie below what is shown, a directory of the system for one: it is hidden there, and what a controller
 * needs of it is shown on top.
 *
 * @param program the program
 * @param data the domain's data directory, absolute
 * @param seen what is seen besides the system's programs, read-only: files and directories, absolute
 * @param network whether it is left in the network: where it cannot come to the domain by a socket in the file system
 */
record Sandbox(Path program, Path data, Set<Path> seen, boolean network) {
    private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);
    private static final long PROBE_SECONDS = 10;
    /** Where systems have their programs and libraries; links among them are shown as links. */
    private static final List<String> SYSTEM = List.of("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32");
    /** Of what a system is told, only what a JVM needs. */
    private static final List<String> SETTINGS =
            List.of("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/alternatives");

    /** A sandbox whose insides are sorted, so that what lies inside of something else is shown after it. */
    Sandbox {
        seen = new LinkedHashSet<>(seen.stream().sorted().toList());
    }

    /**
     * A command inside.
     *
     * @param home the one directory that may be written, where the command begins
     */
    List<String> around(Path home, List<String> command) {
        List<String> line = new ArrayList<>(List.of(
                program.toString(),
                // Its parent is the thread that starts it: that must be one that lives as long as the domain.
                "--die-with-parent",
                "--new-session",
                "--unshare-user",
                "--unshare-ipc",
                "--unshare-pid",
                "--unshare-uts",
                "--unshare-cgroup-try",
                "--cap-drop",
                "ALL",
                "--proc",
                "/proc",
                "--dev",
                "/dev",
                "--tmpfs",
                "/tmp"));
        if (!network) {
            line.add("--unshare-net");
        }
        SYSTEM.forEach(path -> show(line, Path.of(path)));
        SETTINGS.forEach(path -> show(line, Path.of(path)));
        seen.stream().filter(path -> !isOfData(path)).forEach(path -> show(line, path));
        hidden().forEach(path -> line.addAll(List.of("--tmpfs", path.toString())));
        seen.stream().filter(this::isOfData).forEach(path -> show(line, path));
        line.addAll(List.of("--bind", home.toString(), home.toString()));
        // Of tests only, which arm places there; whoever comes by one takes it away.
        FailPoint.directory()
                .map(Path::toAbsolutePath)
                .ifPresent(armed -> line.addAll(List.of("--bind", armed.toString(), armed.toString())));
        line.addAll(List.of("--chdir", home.toString(), "--"));
        line.addAll(command);
        return line;
    }

    /** Whether a path lies in the data directory; the whole of it is nothing that anybody is shown. */
    private boolean isOfData(Path path) {
        return Stream.of(data, real(data)).anyMatch(root -> path.startsWith(root) && !path.equals(root));
    }

    /** Where the data directory would be seen: at its own place, and below whatever is shown under another name. */
    private Set<Path> hidden() {
        Path root = real(data);
        Set<Path> places = new LinkedHashSet<>(List.of(root));
        Stream.concat(SYSTEM.stream().map(Path::of), seen.stream().filter(path -> !isOfData(path)))
                .forEach(shown -> {
                    Path real = real(shown);
                    boolean link = shown.getNameCount() == 1 && Files.isSymbolicLink(shown);
                    if (!link && root.startsWith(real)) {
                        places.add(shown.resolve(real.relativize(root)));
                    }
                });
        return places;
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException notThere) {
            return path;
        }
    }

    private static void show(List<String> line, Path path) {
        try {
            if (path.getNameCount() == 1 && Files.isSymbolicLink(path)) {
                line.addAll(List.of("--symlink", Files.readSymbolicLink(path).toString(), path.toString()));
                return;
            }
        } catch (IOException e) {
            LOG.debug("{} is no link that we may read: it is shown as what it leads to", path, e);
        }
        line.addAll(List.of("--ro-bind-try", path.toString(), path.toString()));
    }

    /**
     * Tries whether a JVM starts inside.
     *
     * @param home a directory to begin in
     * @return why it does not; empty when it does
     */
    Optional<String> fault(Path home, Path java) {
        Path said = null;
        try {
            said = Files.createTempFile(home, ".probe-", "");
            Process probe = new ProcessBuilder(
                            around(home, List.of(java.toString(), "-XX:TieredStopAtLevel=1", "-version")))
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            if (!probe.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                probe.destroyForcibly();
                return Optional.of("a JVM did not start in it within " + PROBE_SECONDS + " s");
            }
            return probe.exitValue() == 0
                    ? Optional.empty()
                    : Optional.of(Files.readString(said).lines().findFirst().orElse("it does not tell why"));
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("the probe was interrupted");
        } finally {
            if (said != null) {
                forget(said);
            }
        }
    }

    private static void forget(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // An empty file more, in the domain's own directory.
            return;
        }
    }

    /** A Java runtime, and where the links in its configuration lead: some systems keep that elsewhere. */
    static Collection<Path> runtime(Path javaHome) {
        Set<Path> all = new LinkedHashSet<>(List.of(javaHome));
        Path home;
        try {
            home = javaHome.toRealPath();
            all.add(home);
        } catch (IOException e) {
            return all;
        }
        for (Path part : List.of(home.resolve("conf"), home.resolve("lib"))) {
            try (Stream<Path> files = Files.walk(part)) {
                files.filter(Files::isSymbolicLink)
                        .map(Sandbox::target)
                        .flatMap(Optional::stream)
                        .filter(target -> !target.startsWith(home))
                        .forEach(all::add);
            } catch (IOException | UncheckedIOException e) {
                LOG.debug("A runtime with another form: it is whole in its own directory, or the probe tells", e);
            }
        }
        return all;
    }

    private static Optional<Path> target(Path link) {
        try {
            return Optional.of(link.toRealPath());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
