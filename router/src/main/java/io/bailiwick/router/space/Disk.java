package io.bailiwick.router.space;

import java.io.File;
import java.io.IOException;
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
        // Not by its FileStore: that is looked up among the mounts, which a sandbox does not show.
        File file = directory.toFile();
        return () -> {
            long total = file.getTotalSpace();
            if (total == 0) {
                throw new IOException("expected a directory whose disk tells its room, but found " + directory);
            }
            return new Room(total, file.getUsableSpace());
        };
    }
}
