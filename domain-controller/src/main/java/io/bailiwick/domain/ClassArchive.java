package io.bailiwick.domain;

import io.bailiwick.router.child.Child;
import io.bailiwick.router.child.ChildProcess;
import io.bailiwick.router.child.ChildProgram;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
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
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archive of loaded classes that realm controllers start from: the JVM maps it instead of reading, checking and linking
 * thousands of classes, and all realm controllers of a machine share its pages. It is made once, by a child process that
 * rehearses a realm controller, beside the work of the domain; until it is there, and whenever it does not fit, controllers
 * start without it.
 *
 * <p>An archive is a directory whose name says what it was made of: the JVM, its flags, and the jars with their sizes and
 * times. So a new version never meets an old archive, and any number of domains may share a place: an archive appears whole
 * or not at all. It is as good as code, and used only when nobody but its owner, who runs the domain, can write it; and a JVM
 * dies of one that is damaged, so its sum is checked before the first use.
 */
final class ClassArchive implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClassArchive.class);
    /** What a realm controller is told that is to rehearse. */
    private static final String REHEARSE = "rehearse";

    private static final String PREFIX = "realm-";
    private static final String CLASSES = "classes.jsa";
    private static final String SUM = "sum";
    private static final String MAKING = "making-";
    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final Duration GRACE = Duration.ofSeconds(2);
    /** Those of other versions and other JVMs that share the directory, perhaps with one that runs now. */
    private static final int KEPT = 3;

    private final Path directory;
    private final List<String> java;
    private final ChildProgram program;
    private final AtomicReference<CompletableFuture<Boolean>> making = new AtomicReference<>();
    /** What rehearses, or has done so; null before. Guarded by this, as whether this is closed. */
    private @Nullable Child rehearsal;

    private boolean closed;
    /** What was found whole: size and time of the file then. */
    private volatile String checked = "";

    /**
     * The archive of a directory; nothing is done yet.
     *
     * @param directory where it is kept; is made, for its owner alone
     * @param java the JVM and its flags, as realm controllers are started with
     * @param program that of realm controllers
     */
    ClassArchive(Path directory, List<String> java, ChildProgram program) {
        this.directory = directory;
        this.java = List.copyOf(java);
        this.program = program;
    }

    /** What to tell a JVM that is to start from the archive: nothing as long as there is none. */
    List<String> flags() {
        return place().filter(this::isUsable)
                .map(place -> List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + place.resolve(CLASSES)))
                .orElseGet(List::of);
    }

    /** Uses it no more, and removes it: a JVM has died of it. The next domain makes another. */
    void discard() {
        place().filter(Files::exists).ifPresent(place -> {
            LOG.warn("A realm controller died as it started from the class archive {}, which is removed", place);
            clear(place);
        });
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
        Optional<Path> place = place();
        if (place.isEmpty() || isUsable(place.get())) {
            mine.complete(place.isPresent());
        } else {
            make(place.get()).whenComplete((made, failure) -> {
                if (failure != null && !isClosed()) {
                    LOG.warn("No class archive, realm controllers start more slowly: {}", failure.toString());
                }
                mine.complete(failure == null);
            });
        }
        return mine.copy();
    }

    private CompletableFuture<Void> make(Path place) {
        Path workshop = null;
        try {
            closeToOthers(directory);
            sweep();
            workshop = Files.createTempDirectory(
                    directory, MAKING + ProcessHandle.current().pid() + "-", owner("rwx------"));
            Path made = Files.createDirectory(workshop.resolve("archive"), owner("rwx------"));
            Child child = rehearse(workshop, made.resolve(CLASSES));
            child.exited()
                    .orTimeout(DEADLINE.toSeconds(), TimeUnit.SECONDS)
                    .exceptionally(late -> child.stop(GRACE).isDone() ? 0 : -1);
            Path toClear = workshop;
            return child.exited()
                    .thenAccept(code -> keep(made, place, code, child.lastLines()))
                    .whenComplete((kept, failure) -> clear(toClear));
        } catch (IOException | RuntimeException e) {
            if (workshop != null) {
                clear(workshop);
            }
            return CompletableFuture.failedFuture(e);
        }
    }

    private synchronized Child rehearse(Path workshop, Path made) throws IOException {
        if (closed) {
            throw new IOException("expected a domain that runs, but it ends");
        }
        Child child = ChildProcess.start(command(made), workshop.toString(), line -> {});
        rehearsal = child;
        return child;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Makes no more: what rehearses now is ended, and nothing of it is left when this returns. */
    @Override
    public void close() {
        CompletableFuture<Boolean> last = making.get();
        synchronized (this) {
            closed = true;
            if (rehearsal != null) {
                rehearsal.kill();
            }
        }
        if (last != null) {
            last.completeOnTimeout(false, GRACE.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        }
    }

    private List<String> command(Path made) {
        List<String> command = new ArrayList<>(java);
        // Hundreds of classes cannot be archived, for reasons that are nobody's fault.
        command.addAll(List.of("-Xlog:disable", "-XX:ArchiveClassesAtExit=" + made));
        command.addAll(program.arguments());
        command.add(REHEARSE);
        return command;
    }

    private static void keep(Path made, Path place, int code, List<String> lastLines) {
        try {
            Path classes = made.resolve(CLASSES);
            if (code != 0 || !Files.isRegularFile(classes)) {
                throw new IOException("the rehearsal left with exit code " + code + " " + lastLines);
            }
            Files.setPosixFilePermissions(classes, PosixFilePermissions.fromString("r--------"));
            Path sum = Files.createFile(made.resolve(SUM), owner("rw-------"));
            Files.writeString(sum, sum(classes));
            if (Files.exists(place) && !isWhole(place)) {
                clear(place);
            }
            Files.move(made, place, StandardCopyOption.ATOMIC_MOVE);
            LOG.info("Realm controllers start from the class archive {} from now on", place);
        } catch (DirectoryNotEmptyException | FileAlreadyExistsException e) {
            LOG.debug("Another domain was faster", e);
        } catch (IOException e) {
            if (!isWhole(place)) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Where the archive is or will be; empty when there can be none, because some classes are not in jars. */
    private Optional<Path> place() {
        StringBuilder made = new StringBuilder();
        made.append(System.getProperty("java.vm.version")).append('\n');
        made.append(String.join("\n", java)).append('\n');
        made.append(String.join("\n", program.arguments())).append('\n');
        try {
            for (Path jar : program.files()) {
                if (!Files.isRegularFile(jar)) {
                    return Optional.empty();
                }
                made.append(jar).append('\n').append(Files.size(jar)).append('\n');
                made.append(Files.getLastModifiedTime(jar)).append('\n');
            }
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(made.toString().getBytes(StandardCharsets.UTF_8));
            return Optional.of(directory.resolve(PREFIX + HexFormat.of().formatHex(digest, 0, 16)));
        } catch (IOException | NoSuchAlgorithmException e) {
            LOG.debug("No class archive", e);
            return Optional.empty();
        }
    }

    /** Whether it is there, is whole, and nobody else can have written it. */
    private boolean isUsable(Path place) {
        Path classes = place.resolve(CLASSES);
        try {
            if (!Files.isRegularFile(classes) || !isClosed(classes) || !isClosed(place) || !isClosed(directory)) {
                return false;
            }
            String now = Files.size(classes) + " " + Files.getLastModifiedTime(classes);
            if (!now.equals(checked) && !isWhole(place)) {
                return false;
            }
            checked = now;
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isWhole(Path place) {
        try {
            return Files.readString(place.resolve(SUM)).equals(sum(place.resolve(CLASSES)));
        } catch (IOException e) {
            return false;
        }
    }

    /** Against accidents; against enemies there are the rights of the file. */
    private static String sum(Path file) throws IOException {
        CRC32 sum = new CRC32();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                sum.update(buffer, 0, length);
            }
        }
        return Files.size(file) + " " + Long.toHexString(sum.getValue());
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
                if (name.startsWith(PREFIX)) {
                    archives.add(path);
                } else if (name.startsWith(MAKING) && isAbandoned(name.substring(MAKING.length()))) {
                    clear(path);
                }
            }
        }
        archives.sort(Comparator.comparing((Path path) -> path.toFile().lastModified())
                .reversed());
        for (Path old : archives.subList(Math.min(KEPT, archives.size()), archives.size())) {
            // Who has it mapped keeps it.
            clear(old);
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

    private static void clear(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("Cannot remove {}: {}", directory, e.toString());
        }
    }

    private static java.nio.file.attribute.FileAttribute<Set<PosixFilePermission>> owner(String rights) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights));
    }
}
