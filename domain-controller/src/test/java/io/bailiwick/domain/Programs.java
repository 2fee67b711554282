package io.bailiwick.domain;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.cryptosign.SigningKey;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What the processes of a fleet are started from. Classes as they were compiled, which costs nothing beforehand; or jars with
 * archives of the loaded classes, as users have them, which takes one master's life to make and then half of each start.
 */
final class Programs {
    /** The classes of this build. */
    static final Programs COMPILED = new Programs(System.getProperty("java.class.path"), Optional.empty(), false);

    private static final String MASTER = "master";
    private static final String NODE = "node";

    private static @Nullable Programs archived;

    private final String classPath;
    /** The directory of the archives; they are made there while {@code making}. */
    private final Optional<Path> archives;

    private final boolean making;

    private Programs(String classPath, Optional<Path> archives, boolean making) {
        this.classPath = classPath;
        this.archives = archives;
        this.making = making;
    }

    /** Jars with archives, made once for all tests of this process. */
    static synchronized Programs archived() throws Exception {
        Programs made = archived;
        if (made == null) {
            Path home = Files.createTempDirectory("programs-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(home)));
            String jars = jars(Files.createDirectory(home.resolve("lib")));
            rehearse(new Programs(jars, Optional.of(home), true), home);
            made = new Programs(jars, Optional.of(home), false);
            archived = made;
        }
        return made;
    }

    /** One life of a domain with all that is going to be asked of it. */
    private static void rehearse(Programs programs, Path home) throws Exception {
        try (Fleet fleet = new Fleet(programs)) {
            fleet.startMaster();
            ClientSession domain = fleet.join(Fleet.DOMAIN);
            String key = SigningKey.generate().publicKey().hex();
            Fleet.call(domain, Fleet.MREALM + "pair_node", key, "default", "n0", Map.of());
            Fleet.call(domain, Fleet.MREALM + "unpair_node_by_name", "default", "n0");
            Fleet.call(domain, Fleet.MREALM + "pair_node", fleet.startNode("n1"), "default", "n1", Map.of());
            Fleet.call(domain, "io.bailiwick.domain.verify_audit");
            ClientSession realm = fleet.join("default");
            Fleet.until("the node", () -> Fleet.dictionary(realm, Fleet.REMOTE + "get_status", "n1"));
            Path made = fleet.data.resolve("archives");
            Fleet.until("the archive of realm controllers", () -> {
                // Where it is made is gone a moment after it is there.
                try (Stream<Path> files = Files.list(made)) {
                    List<String> names =
                            files.map(each -> each.getFileName().toString()).toList();
                    return !names.isEmpty() && names.stream().allMatch(name -> name.startsWith("realm-"));
                }
            });
            copy(made, home.resolve("archives"));
        }
    }

    /** The flags of the JVM for a command, up to the main class. */
    List<String> flags(List<String> arguments) {
        List<String> flags = new ArrayList<>();
        String command = arguments.get(0);
        if (archives.isPresent() && (command.equals(MASTER) || command.equals(NODE))) {
            Path archive = archives.get().resolve(command + ".jsa");
            if (making) {
                flags.addAll(List.of("-Xlog:disable", "-XX:ArchiveClassesAtExit=" + archive));
            } else if (Files.exists(archive)) {
                flags.addAll(List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + archive));
            }
        }
        flags.addAll(List.of("-cp", classPath));
        return flags;
    }

    /** Gives a data directory the archive of realm controllers. */
    void prepare(Path data) throws IOException {
        if (archives.isPresent() && !making) {
            copy(archives.get().resolve("archives"), data.resolve("archives"));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : tree.toList()) {
                Path target = to.resolve(from.relativize(path));
                if (Files.isDirectory(path)) {
                    Files.createDirectories(
                            target, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                } else {
                    Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    /** The class path of this test with each directory packed into a jar, because an archive takes no others. */
    private static String jars(Path to) throws IOException {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path) && !path.endsWith("test-classes")) {
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
            for (Path path : tree.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new ZipEntry(directory.relativize(path).toString()));
                Files.copy(path, zip);
            }
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            tree.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            System.err.println("expected to delete " + directory + ", but it failed: " + e);
        }
    }
}
