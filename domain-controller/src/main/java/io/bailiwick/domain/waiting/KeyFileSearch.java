package io.bailiwick.domain.waiting;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One walk through a watched directory. Symbolic links are not followed, and nothing is believed that others than owner and
 * group may write: whoever may put a key there has his node paired.
 */
final class KeyFileSearch {
    static final String KEY_FILE = "key.pub";
    private static final int DEPTH = 8;
    static final int MOST_DIRECTORIES = 4_096;

    private final WatchOptions options;
    private final List<Path> directories = new ArrayList<>();
    private final List<Path> keys = new ArrayList<>();
    private final Map<Path, String> faults = new LinkedHashMap<>();

    private KeyFileSearch(WatchOptions options) {
        this.options = options;
    }

    /** Walks. What cannot be read is a fault, and the walk goes on beside it. */
    static KeyFileSearch of(WatchOptions options) {
        KeyFileSearch search = new KeyFileSearch(options);
        search.enter(options.directory(), 0);
        return search;
    }

    /** The directories that were looked into, the watched one first. */
    List<Path> directories() {
        return directories;
    }

    /** The key files, in the order of their names. */
    List<Path> keys() {
        return keys;
    }

    /** What is wrong, by the file or directory. */
    Map<Path, String> faults() {
        return faults;
    }

    private void enter(Path directory, int depth) {
        if (directories.size() >= MOST_DIRECTORIES) {
            faults.put(options.directory(), "expected at most " + MOST_DIRECTORIES + " directories, but found more");
            return;
        }
        try {
            // The watched directory itself may be a link: its name was written by the operator.
            boolean top = depth == 0;
            PosixFileAttributes found = top
                    ? Files.readAttributes(directory, PosixFileAttributes.class)
                    : Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!found.isDirectory()) {
                throw new IOException("expected a directory, but found something else");
            }
            demandClosed(found);
            directories.add(directory);
            List<Path> inside = new ArrayList<>();
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
                stream.forEach(inside::add);
            }
            inside.stream().sorted().forEach(each -> look(each, depth));
        } catch (IOException e) {
            faults.put(directory, text(e));
        }
    }

    private void look(Path each, int depth) {
        try {
            BasicFileAttributes found =
                    Files.readAttributes(each, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            String name = String.valueOf(each.getFileName());
            if (found.isDirectory() && depth < DEPTH && (depth > 0 || matches(name))) {
                enter(each, depth + 1);
            } else if (name.equals(KEY_FILE) && depth > 0) {
                key(each);
            }
        } catch (IOException e) {
            faults.put(each, text(e));
        }
    }

    private boolean matches(String name) {
        return options.pattern().map(pattern -> pattern.matcher(name).matches()).orElse(true);
    }

    private void key(Path file) throws IOException {
        PosixFileAttributes found = Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!found.isRegularFile()) {
            throw new IOException("expected a regular file, but found a link or something else");
        }
        demandClosed(found);
        keys.add(file);
    }

    private static void demandClosed(PosixFileAttributes found) throws IOException {
        if (found.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IOException("expected that only its owner and group may write it, but all may");
        }
    }

    static String text(Exception e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
