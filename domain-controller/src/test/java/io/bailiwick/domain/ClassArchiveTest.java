package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.child.ChildProgram;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The archive that realm controllers start from, made and used by real processes. */
@Timeout(120)
class ClassArchiveTest {
    private static final List<String> JAVA = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1");
    private static final String CONTROLLER = "io.bailiwick.mrealm.RealmController";

    @TempDir
    static Path shared;

    @TempDir
    Path directory;

    private static String jars = "";
    private static Path archive = Path.of("");

    /** Two domains that share a directory make it at the same time. */
    @BeforeAll
    static void makeTwiceAtOnce() throws Exception {
        jars = jars(shared.resolve("lib"));
        Path archives = shared.resolve("archives");
        List<CompletableFuture<Boolean>> made = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            made.add(archive(archives, JAVA, jars).make());
        }
        for (CompletableFuture<Boolean> one : made) {
            assertTrue(one.get(100, TimeUnit.SECONDS));
        }
        List<Path> left = list(archives);
        assertEquals(1, left.size(), left.toString());
        archive = left.get(0).resolve("classes.jsa");
    }

    @Test
    void two_that_make_it_side_by_side_leave_one_archive_that_only_its_owner_can_read() throws Exception {
        assertEquals("r--------", mode(archive));
        assertEquals("rwx------", mode(archive.getParent()));
        assertEquals("rwx------", mode(archive.getParent().getParent()));
    }

    @Test
    void the_next_start_maps_it_and_makes_no_other() throws Exception {
        FileTime before = Files.getLastModifiedTime(archive);
        ClassArchive next = archive(shared.resolve("archives"), JAVA, jars);
        assertTrue(next.make().get(1, TimeUnit.SECONDS));
        assertEquals(before, Files.getLastModifiedTime(archive));
        assertTrue(isMapped(next.flags(), jars));
    }

    @Test
    void a_damaged_archive_is_not_used() throws Exception {
        Path copy = copy();
        byte[] bytes = Files.readAllBytes(copy);
        ClassArchive archives = archive(directory.resolve("copied"), JAVA, jars);
        assertTrue(isMapped(archives.flags(), jars));
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
        bytes[bytes.length / 2] ^= 1;
        Files.write(copy, bytes);
        assertEquals(List.of(), archives.flags(), "a bit is wrong");
        for (int length : new int[] {0, 1000, bytes.length / 2}) {
            Files.write(copy, java.util.Arrays.copyOf(bytes, length));
            assertEquals(List.of(), archives.flags(), length + " bytes are left");
        }
        assertFalse(isMapped(archives.flags(), jars));
    }

    @Test
    void an_archive_that_a_jvm_has_died_of_is_gone() throws Exception {
        copy();
        ClassArchive archives = archive(directory.resolve("copied"), JAVA, jars);
        assertFalse(archives.flags().isEmpty());
        archives.discard();
        assertEquals(List.of(), archives.flags());
        assertEquals(List.of(), list(directory.resolve("copied")));
    }

    @Test
    void another_class_path_or_another_flag_is_another_archive() throws Exception {
        Path more = directory.resolve("more.jar");
        jar(Files.createDirectory(directory.resolve("empty")), more);
        ClassArchive another = archive(shared.resolve("archives"), JAVA, jars + File.pathSeparator + more);
        assertEquals(List.of(), another.flags());
        List<String> flags = new ArrayList<>(JAVA);
        flags.add("-Xss1m");
        assertEquals(List.of(), archive(shared.resolve("archives"), flags, jars).flags());
        copy();
        Path changed = Path.of(jars.split(File.pathSeparator)[0]);
        FileTime before = Files.getLastModifiedTime(changed);
        Files.setLastModifiedTime(changed, FileTime.fromMillis(before.toMillis() + 5_000));
        assertEquals(List.of(), archive(directory.resolve("copied"), JAVA, jars).flags());
        Files.setLastModifiedTime(changed, before);
        assertNotEquals(
                List.of(), archive(directory.resolve("copied"), JAVA, jars).flags());
    }

    @Test
    void an_archive_that_others_could_have_written_is_not_used() throws Exception {
        Path copy = copy();
        ClassArchive archives = archive(directory.resolve("copied"), JAVA, jars);
        assertFalse(archives.flags().isEmpty());
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-rw----"));
        assertEquals(List.of(), archives.flags());
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(copy.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertEquals(List.of(), archives.flags());
    }

    @Test
    void classes_outside_of_jars_have_no_archive_and_need_none() throws Exception {
        ClassArchive none = archive(directory, JAVA, jars + File.pathSeparator + directory);
        assertFalse(none.make().get(1, TimeUnit.SECONDS));
        assertEquals(List.of(), none.flags());
    }

    @Test
    void what_cannot_be_made_is_not_there_and_leaves_nothing_behind() throws Exception {
        List<String> broken = new ArrayList<>(JAVA);
        broken.add("-Xmx1k");
        ClassArchive none = archive(directory.resolve("archives"), broken, jars);
        assertFalse(none.make().get(60, TimeUnit.SECONDS));
        assertEquals(List.of(), none.flags());
        assertEquals(List.of(), list(directory.resolve("archives")));
    }

    @Test
    void a_domain_that_ends_while_one_is_made_leaves_neither_the_process_nor_its_files() throws Exception {
        Path archives = directory.resolve("archives");
        ClassArchive ended = archive(archives, JAVA, jars);
        CompletableFuture<Boolean> made = ended.make();
        List<ProcessHandle> rehearsing = ProcessHandle.current()
                .children()
                .filter(ProcessHandle::isAlive)
                .toList();
        assertEquals(1, rehearsing.size());
        ended.close();
        assertFalse(made.get(1, TimeUnit.SECONDS));
        assertFalse(rehearsing.get(0).isAlive());
        assertEquals(List.of(), list(archives));
        assertFalse(ended.make().get(1, TimeUnit.SECONDS));
    }

    @Test
    void what_a_killed_domain_left_unfinished_is_removed_and_long_unused_archives_too() throws Exception {
        Path archives = Files.createDirectory(directory.resolve("archives"));
        Files.createDirectories(archives.resolve("making-999999999-1/store"));
        for (int i = 0; i < 5; i++) {
            Path old = Files.createDirectory(archives.resolve("realm-" + i));
            Files.writeString(old.resolve("sum"), "x");
            Files.setLastModifiedTime(old, FileTime.fromMillis(1_000_000L * i));
        }
        List<String> broken = new ArrayList<>(JAVA);
        broken.add("-Xmx1k");
        assertFalse(archive(archives, broken, jars).make().get(60, TimeUnit.SECONDS));
        assertEquals(
                List.of("realm-2", "realm-3", "realm-4"),
                list(archives).stream()
                        .map(path -> path.getFileName().toString())
                        .toList());
    }

    private static ClassArchive archive(Path directory, List<String> java, String classPath) {
        return new ClassArchive(directory, java, ChildProgram.onClassPath(classPath, CONTROLLER));
    }

    private Path copy() throws IOException {
        var closed = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        Path to = directory.resolve("copied").resolve(archive.getParent().getFileName());
        Files.createDirectories(to, closed);
        Files.copy(archive.resolveSibling("sum"), to.resolve("sum"));
        return Files.copy(archive, to.resolve("classes.jsa"), StandardCopyOption.COPY_ATTRIBUTES);
    }

    /** Whether a realm controller that is given no settings, and says so, came from the archive. */
    private static boolean isMapped(List<String> flags, String classPath) throws Exception {
        List<String> command = new ArrayList<>(JAVA);
        command.addAll(flags);
        command.add("-Xlog:class+load");
        command.addAll(ChildProgram.onClassPath(classPath, CONTROLLER).arguments());
        Process process = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(5, process.waitFor(), out);
        assertTrue(out.contains("stdin: expected a line of settings"), out);
        return out.lines().anyMatch(line -> line.contains(CONTROLLER + " source: shared objects file"));
    }

    /** The class path of this test with each directory packed into a jar: an archive takes no others. */
    private static String jars(Path to) throws IOException {
        Files.createDirectories(to);
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                Path jar = to.resolve(entries.size() + ".jar");
                jar(path, jar);
                entries.add(jar.toString());
            } else if (Files.isRegularFile(path)) {
                entries.add(entry);
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void jar(Path directory, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(file);
                Stream<Path> tree = Files.walk(directory)) {
            zip.putNextEntry(new ZipEntry("META-INF/"));
            for (Path path : tree.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new ZipEntry(directory.relativize(path).toString()));
                Files.copy(path, zip);
            }
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
