package io.bailiwick.router.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Whole directories of a store, for tests. */
final class StoreFiles {
    private StoreFiles() {}

    /** The content and time of every file of a directory. */
    record Snapshot(SortedMap<String, String> files) {}

    static Snapshot snapshot(Path directory) throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        for (Path file : list(directory)) {
            files.put(file.getFileName().toString(), Files.getLastModifiedTime(file) + " " + sha256(file));
        }
        return new Snapshot(files);
    }

    private static String sha256(Path file) throws IOException {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static Path copy(Path from, Path to) {
        try {
            Files.createDirectories(to);
            for (Path file : list(from)) {
                Path target = to.resolve(file.getFileName());
                Files.deleteIfExists(target);
                Files.write(target, Files.readAllBytes(file));
            }
            return to;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path directory) throws IOException {
        for (Path file : list(directory)) {
            Files.delete(file);
        }
        Files.delete(directory);
    }

    static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }
}
