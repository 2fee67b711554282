package io.bailiwick.router.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of a store as an older version of its schema left it, made before a newer one changes anything. Each is a whole store
 * in a directory of its own inside the directory of the store, {@code before-v1-20261122T101500.000Z}, where it is removed with
 * the store; the last {@value #KEPT} are kept.
 */
final class OlderCopies {
    static final String PREFIX = "before-v";
    static final int KEPT = 3;

    private static final Logger LOG = LoggerFactory.getLogger(OlderCopies.class);
    private static final String UNFINISHED = ".new";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private OlderCopies() {}

    /**
     * Copies a store that this process has locked and not yet opened.
     *
     * @param version the version of the schema that wrote it
     */
    static void make(Path store, int version) {
        Path copy = store.resolve(PREFIX + version + "-" + TIME.format(Instant.now()));
        Path work = store.resolve(copy.getFileName() + UNFINISHED);
        try {
            try {
                Files.createDirectory(
                        work, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                for (Path file : files(store)) {
                    copy(file, work.resolve(file.getFileName()));
                }
                StoreDirectory.syncDirectory(work);
                Files.move(work, copy, StandardCopyOption.ATOMIC_MOVE);
                StoreDirectory.syncDirectory(store);
            } finally {
                StoreDirectory.delete(work);
            }
            LOG.info(
                    "The store in {} is of version {}; it was copied to {} before it is migrated",
                    store,
                    version,
                    copy);
            dropOldest(store);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "expected to copy the store in " + store + " before it is migrated, but it failed", e);
        }
    }

    private static List<Path> files(Path store) throws IOException {
        try (Stream<Path> files = Files.list(store)) {
            return files.filter(file -> {
                        String name = String.valueOf(file.getFileName());
                        return name.endsWith(".xd")
                                || List.of(StoreDirectory.IDENTITY, StoreDirectory.MANIFEST, Acknowledged.FILE)
                                        .contains(name);
                    })
                    .sorted()
                    .toList();
        }
    }

    private static void copy(Path file, Path to) throws IOException {
        Files.copy(file, to);
        try (FileChannel channel = FileChannel.open(to, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** By the time in their names. What a crash left half is dropped too. */
    private static void dropOldest(Path store) throws IOException {
        List<Path> copies;
        try (Stream<Path> files = Files.list(store)) {
            copies = files.filter(file -> String.valueOf(file.getFileName()).startsWith(PREFIX))
                    .sorted(Comparator.comparing(OlderCopies::time))
                    .toList();
        }
        List<Path> whole = copies.stream()
                .filter(copy -> !copy.toString().endsWith(UNFINISHED))
                .toList();
        copies.stream().filter(copy -> !whole.contains(copy)).forEach(StoreDirectory::delete);
        whole.subList(0, Math.max(0, whole.size() - KEPT)).forEach(StoreDirectory::delete);
    }

    private static String time(Path copy) {
        String name = String.valueOf(copy.getFileName());
        return name.substring(name.indexOf('-', PREFIX.length()) + 1);
    }
}
