package io.bailiwick.router.space;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where something is kept, as far as its room goes. */
@FunctionalInterface
public interface Disk {
    /**
     * How much room there is.
     *
     * @param total bytes in all
     * @param free bytes that this process may still write
     */
    record Room(long total, long free) {}

    /**
     * Looks.
     *
     * @throws IOException when it cannot be said
     */
    Room look() throws IOException;

    /** The file system that a directory is in. */
    static Disk of(Path directory) {
        return () -> {
            FileStore store = Files.getFileStore(directory);
            return new Room(store.getTotalSpace(), store.getUsableSpace());
        };
    }
}
