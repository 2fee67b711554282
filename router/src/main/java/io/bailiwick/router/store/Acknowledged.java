package io.bailiwick.router.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The number of the last commit that was acknowledged to somebody, in a file of its own. Written after each commit without
 * a sync, hence never ahead of the log: a log that ends before it has lost what was promised. Two slots are used in turn,
 * so that a kill in the middle of one leaves the other.
 */
final class Acknowledged implements Closeable {
    static final String FILE = "acknowledged";

    private static final int SLOT = 2 * Long.BYTES;

    private final FileChannel file;
    private final long last;

    private Acknowledged(FileChannel file, long last) {
        this.file = file;
        this.last = last;
    }

    /**
     * Opens the file of a store.
     *
     * @param required whether it must be there; otherwise it is made
     * @throws CorruptStoreException when it is not there, or has no number
     */
    static Acknowledged open(Path directory, boolean required) {
        Path path = directory.resolve(FILE);
        try {
            return !required && !Files.exists(path) ? made(path, directory) : found(path);
        } catch (NoSuchFileException e) {
            throw new CorruptStoreException("expected the file " + path + ", but found none", e);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to read " + path + ", but it failed", e);
        }
    }

    private static Acknowledged made(Path path, Path directory) throws IOException {
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        writeSlot(file, 0, 0);
        writeSlot(file, 1, 0);
        file.force(true);
        StoreDirectory.syncDirectory(directory);
        return new Acknowledged(file, 0);
    }

    private static Acknowledged found(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        long last = Math.max(readSlot(file, 0), readSlot(file, 1));
        if (last < 0 || file.size() != 2 * SLOT) {
            file.close();
            throw new CorruptStoreException("expected the number of a commit in " + path + ", but found none");
        }
        return new Acknowledged(file, last);
    }

    /** The number that was found, 0 for a new store. */
    long last() {
        return last;
    }

    void write(long commit) throws IOException {
        writeSlot(file, (int) (commit & 1), commit);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static void writeSlot(FileChannel file, int number, long commit) throws IOException {
        ByteBuffer slot =
                ByteBuffer.allocate(SLOT).putLong(commit).putLong(crc(commit)).flip();
        file.write(slot, (long) number * SLOT);
    }

    /** The commit in a slot, or -1 when it is not whole: a kill while it was written. */
    private static long readSlot(FileChannel file, int number) throws IOException {
        ByteBuffer slot = ByteBuffer.allocate(SLOT);
        if (file.read(slot, (long) number * SLOT) != SLOT) {
            return -1;
        }
        long commit = slot.getLong(0);
        return slot.getLong(Long.BYTES) == crc(commit) ? commit : -1;
    }

    private static long crc(long commit) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(commit).flip());
        return crc.getValue();
    }
}
