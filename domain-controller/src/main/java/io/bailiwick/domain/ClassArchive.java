package io.bailiwick.domain;

import io.bailiwick.router.child.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archive of loaded classes that realm controllers start from: the JVM maps it instead of reading, checking and linking
 * thousands of classes, and all realm controllers of a machine share its pages. It is made once, by a child process that
 * rehearses a realm controller, beside the work of the domain; until it is there, and whenever it does not fit, controllers
 * start without it.
 *
 * <p>The name of the file says what it was made of: the JVM, its flags, and the jars with their sizes and times. So a new
 * version never meets an old archive, and any number of domains may share a directory: a file appears whole or not at all.
 * An archive is as good as code: it is used only when nobody but its owner, who runs the domain, can write it.
 */
final class ClassArchive {
    private static final Logger LOG = LoggerFactory.getLogger(ClassArchive.class);
    private static final String MAIN = "io.bailiwick.mrealm.Rehearsal";
    private static final String SUFFIX = ".jsa";
    private static final String MAKING = "making-";
    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final Duration GRACE = Duration.ofSeconds(2);
    /** Those of other versions and other JVMs that share the directory, perhaps with one that runs now. */
    private static final int KEPT = 3;

    private final Path directory;
    private final List<String> java;
    private final String classPath;
    private final AtomicReference<CompletableFuture<Boolean>> making = new AtomicReference<>();

    /**
     * The archive of a directory; nothing is done yet.
     *
     * @param directory where it is kept; is made, for its owner alone
     * @param java the JVM and its flags, as realm controllers are started with
     * @param classPath the class path, likewise
     */
    ClassArchive(Path directory, List<String> java, String classPath) {
        this.directory = directory;
        this.java = List.copyOf(java);
        this.classPath = classPath;
    }

    /** What to tell a JVM that is to start from the archive: nothing as long as there is none. */
    List<String> flags() {
        return file().filter(ClassArchive::isOurs)
                .map(file -> List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + file))
                .orElseGet(List::of);
    }

    /**
     * Makes the archive, unless it is there or has been tried before. Returns at once.
     *
     * @return completes when that is over: with true when there is an archive now
     */
    CompletableFuture<Boolean> make() {
        CompletableFuture<Boolean> mine = new CompletableFuture<>();
        CompletableFuture<Boolean> before = making.compareAndExchange(null, mine);
        if (before != null) {
            return before.copy();
        }
        Optional<Path> file = file();
        if (file.isEmpty() || isOurs(file.get())) {
            mine.complete(file.isPresent());
        } else {
            make(file.get()).whenComplete((made, failure) -> {
                if (failure != null) {
                    LOG.warn("No class archive, realm controllers start more slowly: {}", failure.toString());
                }
                mine.complete(failure == null);
            });
        }
        return mine.copy();
    }

    private CompletableFuture<Void> make(Path file) {
        Path workshop = null;
        try {
            closeToOthers(directory);
            sweep();
            workshop = Files.createTempDirectory(
                    directory, MAKING + ProcessHandle.current().pid() + "-", owner("rwx------"));
            Path made = workshop.resolve("archive" + SUFFIX);
            ChildProcess child = ChildProcess.start(command(made), workshop.toString(), line -> {});
            child.exited()
                    .orTimeout(DEADLINE.toSeconds(), TimeUnit.SECONDS)
                    .exceptionally(late -> child.stop(GRACE).isDone() ? 0 : -1);
            Path toClear = workshop;
            return child.exited()
                    .thenAccept(code -> keep(made, file, code, child.lastLines()))
                    .whenComplete((kept, failure) -> clear(toClear));
        } catch (IOException | RuntimeException e) {
            if (workshop != null) {
                clear(workshop);
            }
            return CompletableFuture.failedFuture(e);
        }
    }

    private List<String> command(Path made) {
        List<String> command = new ArrayList<>(java);
        // Hundreds of classes cannot be archived, for reasons that are nobody's fault.
        command.addAll(List.of("-Xlog:disable", "-XX:ArchiveClassesAtExit=" + made, "-cp", classPath, MAIN));
        return command;
    }

    private static void keep(Path made, Path file, int code, List<String> lastLines) {
        try {
            if (code != 0 || !Files.isRegularFile(made)) {
                throw new IOException("the rehearsal left with exit code " + code + " " + lastLines);
            }
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("r--------"));
            Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
            LOG.info("Realm controllers start from the class archive {} from now on", file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the archive is or will be; empty when there can be none, because some classes are not in jars. */
    private Optional<Path> file() {
        StringBuilder made = new StringBuilder();
        made.append(System.getProperty("java.vm.version")).append('\n');
        made.append(String.join("\n", java)).append('\n');
        try {
            for (String entry : classPath.split(File.pathSeparator)) {
                Path jar = Path.of(entry);
                if (!Files.isRegularFile(jar)) {
                    return Optional.empty();
                }
                made.append(entry).append('\n').append(Files.size(jar)).append('\n');
                made.append(Files.getLastModifiedTime(jar)).append('\n');
            }
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(made.toString().getBytes(StandardCharsets.UTF_8));
            String name = "realm-" + HexFormat.of().formatHex(digest, 0, 16) + SUFFIX;
            return Optional.of(directory.resolve(name));
        } catch (IOException | NoSuchAlgorithmException e) {
            LOG.debug("No class archive", e);
            return Optional.empty();
        }
    }

    /** Whether it is there, and nobody else can have written it. */
    private static boolean isOurs(Path file) {
        try {
            return Files.isRegularFile(file) && isClosed(file) && isClosed(file.getParent());
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isClosed(Path path) throws IOException {
        Set<PosixFilePermission> rights = Files.getPosixFilePermissions(path);
        return Files.getOwner(path).equals(Files.getOwner(Path.of("/proc/self")))
                && rights.stream().allMatch(right -> right.name().startsWith("OWNER_"));
    }

    private static void closeToOthers(Path directory) throws IOException {
        Files.createDirectories(directory, owner("rwx------"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    /** Removes what others left behind who were killed, and archives that have long been out of use. */
    private void sweep() throws IOException {
        List<Path> archives = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path path : files.toList()) {
                String name = path.getFileName().toString();
                if (name.endsWith(SUFFIX)) {
                    archives.add(path);
                } else if (name.startsWith(MAKING) && isAbandoned(name.substring(MAKING.length()))) {
                    clear(path);
                }
            }
        }
        archives.sort(Comparator.comparing((Path path) -> path.toFile().lastModified()).reversed());
        for (Path old : archives.subList(Math.min(KEPT, archives.size()), archives.size())) {
            // Who has it mapped keeps it.
            Files.deleteIfExists(old);
        }
    }

    private static boolean isAbandoned(String pidAndMore) {
        try {
            long pid = Long.parseLong(pidAndMore.substring(0, Math.max(0, pidAndMore.indexOf('-'))));
            return ProcessHandle.of(pid).isEmpty();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static void clear(Path workshop) {
        try (Stream<Path> tree = Files.walk(workshop)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("Cannot remove {}: {}", workshop, e.toString());
        }
    }

    private static java.nio.file.attribute.FileAttribute<Set<PosixFilePermission>> owner(String rights) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights));
    }
}
