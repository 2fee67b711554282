package io.bailiwick.router.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a store as one process has it: the lock, the manifest, and the number of the last acknowledged commit.
 *
 * <p>The lock is on {@code identity}, a file that is written once and that no store opens without: deleting a lock file
 * lets nobody in, deleting this one locks everybody out. Should it be lost and put back while a process runs, that process
 * finds at its next commit that {@code store.json} is no longer the one it wrote, and stops.
 */
final class StoreDirectory implements AutoCloseable {
    static final String IDENTITY = "identity";
    static final String MANIFEST = "store.json";
    static final String ACKNOWLEDGED = "acknowledged";
    static final String KEPT_TAIL = "kept-tail";

    // A lock of the system is held by the process, so two stores of one process would share it.
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();
    private static final int SLOT = 2 * Long.BYTES;
    private static final long LOCK_POLL_MILLIS = 20;

    private final Path path;
    private final FileChannel identity;
    private final String id;
    private @Nullable FileChannel manifest;
    private @Nullable Object manifestKey;
    private @Nullable FileChannel acknowledged;
    private boolean named;

    private StoreDirectory(Path path, FileChannel identity, String id) {
        this.path = path;
        this.identity = identity;
        this.id = id;
    }

    /**
     * Takes the directory for this process.
     *
     * @param create whether to make it when there is no store
     * @throws StoreLockedException when it is still taken after {@code wait}
     */
    static StoreDirectory lock(Path directory, boolean create, Duration wait) {
        try {
            if (create) {
                make(directory);
            }
            if (!Files.isDirectory(directory)) {
                throw new IllegalArgumentException("expected a store in " + directory + ", but found none");
            }
            Path path = directory.toRealPath();
            if (!HELD.add(path)) {
                throw new StoreLockedException("expected " + path + " to be free, but this process has it open");
            }
            try {
                return lockFile(path, create, wait);
            } catch (IOException | RuntimeException e) {
                HELD.remove(path);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("expected to lock " + directory + ", but it failed", e);
        }
    }

    private static StoreDirectory lockFile(Path path, boolean create, Duration wait) throws IOException {
        Path file = path.resolve(IDENTITY);
        boolean written = Files.exists(path.resolve(MANIFEST)) || hasLog(path);
        if (!Files.exists(file)) {
            if (written) {
                throw new CorruptStoreException("expected the file " + file + ", but found a store without it");
            }
            if (!create) {
                throw new IllegalArgumentException("expected a store in " + path + ", but found none");
            }
        }
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            awaitLock(channel, path, wait);
            if (channel.size() == 0 && !written) {
                writeAll(channel, UUID.randomUUID() + "\n");
                syncDirectory(path);
            }
            ByteBuffer text = ByteBuffer.allocate(64);
            channel.read(text, 0);
            return new StoreDirectory(
                    path, channel, new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).trim());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void awaitLock(FileChannel channel, Path path, Duration wait) throws IOException {
        long start = System.nanoTime();
        while (true) {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return;
            }
            if (System.nanoTime() - start >= wait.toNanos()) {
                throw new StoreLockedException("expected " + path + " to be free, but found it in use by "
                        + Owner.of(path).map(Owner::toString).orElse("a process that left no name"));
            }
            try {
                Thread.sleep(LOCK_POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoreLockedException("expected to wait for " + path + ", but was interrupted");
            }
        }
    }

    Path path() {
        return path;
    }

    String id() {
        return id;
    }

    /** The manifest, if this is not a new store. Touches nothing. */
    Optional<Manifest> manifest() {
        Path file = path.resolve(MANIFEST);
        try {
            Manifest read = Manifest.of(Files.readAllBytes(file), file.toString());
            if (!read.id().equals(id)) {
                throw new CorruptStoreException(
                        "expected the store " + read.id() + " in " + path + ", but found the identity of another");
            }
            if (!read.tables().isEmpty() && !hasLog(path)) {
                throw new CorruptStoreException("expected a log in " + path + ", but found none");
            }
            return Optional.of(read);
        } catch (NoSuchFileException e) {
            if (hasLog(path)) {
                throw new CorruptStoreException("expected the file " + file + ", but found a log without it", e);
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("expected to read " + file + ", but it failed", e);
        }
    }

    /** Replaces the manifest, on disk when this returns. From now on {@link #ours} compares with this one. */
    void write(Manifest next) {
        try {
            Path temporary = path.resolve(MANIFEST + ".new");
            try (FileChannel out = FileChannel.open(
                    temporary,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                writeAll(out, new String(next.bytes(), StandardCharsets.UTF_8));
            }
            // Kept open, so that no other file can get the same inode while we compare with it.
            FileChannel opened = FileChannel.open(temporary, StandardOpenOption.READ);
            Object key = key(temporary);
            Files.move(temporary, path.resolve(MANIFEST), StandardCopyOption.ATOMIC_MOVE);
            syncDirectory(path);
            close(manifest);
            manifest = opened;
            manifestKey = key;
        } catch (IOException e) {
            throw new UncheckedIOException("expected to write " + path.resolve(MANIFEST) + ", but it failed", e);
        }
    }

    /** Leaves word for others of who has the store. Serves messages only. */
    void name() {
        Owner.here().write(path);
        named = true;
    }

    /** Whether the manifest is still the one that this process wrote: nobody else opened the store since. */
    boolean ours() {
        try {
            return Objects.equals(manifestKey, key(path.resolve(MANIFEST)));
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * The number of the last commit that was acknowledged to somebody, or 0. Written after each commit without a sync of
     * its own, hence never ahead of the log: a log that ends before it has lost what was promised.
     *
     * @param required whether there must be a file of it, because there is a log
     */
    long acknowledged(boolean required) {
        try {
            Path file = path.resolve(ACKNOWLEDGED);
            if (!required && !Files.exists(file)) {
                acknowledged = FileChannel.open(
                        file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
                writeSlot(acknowledged, 0, 0);
                writeSlot(acknowledged, 1, 0);
                acknowledged.force(true);
                syncDirectory(path);
                return 0;
            }
            acknowledged = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            long last = Math.max(readSlot(acknowledged, 0), readSlot(acknowledged, 1));
            if (last < 0 || acknowledged.size() != 2 * SLOT) {
                throw new CorruptStoreException("expected the number of a commit in " + file + ", but found none");
            }
            return last;
        } catch (NoSuchFileException e) {
            throw new CorruptStoreException(
                    "expected the file " + ACKNOWLEDGED + " in " + path + ", but found none", e);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to read " + ACKNOWLEDGED + " in " + path + ", but it failed", e);
        }
    }

    /** Notes a commit as acknowledged. Two slots in turn, so that a kill in the middle leaves the other. */
    void acknowledge(long commit) throws IOException {
        writeSlot(Objects.requireNonNull(acknowledged), (int) (commit & 1), commit);
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

    /**
     * Keeps a copy of the last file of the log: opening the log cuts off what it cannot read there, and if that was no
     * unfinished commit, somebody will want to see it.
     */
    void keepTail() {
        try (Stream<Path> files = Files.list(path)) {
            Optional<Path> tail = files.filter(StoreDirectory::isLog).max(Comparator.naturalOrder());
            if (tail.isPresent()) {
                Files.copy(tail.get(), path.resolve(KEPT_TAIL), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("expected to copy the end of the log in " + path + ", but it failed", e);
        }
    }

    /** Shows the log in another directory: the last file as a copy, the others as links. */
    void show(Path elsewhere) {
        try (Stream<Path> files = Files.list(path)) {
            List<Path> log = files.filter(StoreDirectory::isLog).sorted().toList();
            for (int i = 0; i < log.size(); i++) {
                Path target = elsewhere.resolve(log.get(i).getFileName());
                if (i < log.size() - 1) {
                    Files.createSymbolicLink(target, log.get(i));
                } else {
                    Files.copy(log.get(i), target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("expected to read the log in " + path + ", but it failed", e);
        }
    }

    /** Deletes a directory and the files in it, if it is there. */
    static void delete(Path directory) {
        try {
            if (Files.exists(directory)) {
                try (Stream<Path> files = Files.walk(directory)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("expected to delete " + directory + ", but it failed", e);
        }
    }

    /** Drops the copy, as the log was found whole. */
    void dropTail() {
        try {
            Files.deleteIfExists(path.resolve(KEPT_TAIL));
        } catch (IOException e) {
            throw new UncheckedIOException("expected to delete " + KEPT_TAIL + " in " + path + ", but it failed", e);
        }
    }

    @Override
    public void close() {
        if (named && ours()) {
            Owner.remove(path);
        }
        close(manifest);
        close(acknowledged);
        close(identity);
        HELD.remove(path);
    }

    private static void close(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("expected to close a file of the store, but it failed", e);
        }
    }

    private static @Nullable Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    private static void make(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath();
        if (Files.exists(absolute)) {
            return;
        }
        Path parent = absolute.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (absolute.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectory(
                    absolute, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectory(absolute);
        }
    }

    private static boolean hasLog(Path path) {
        try (Stream<Path> files = Files.list(path)) {
            return files.anyMatch(StoreDirectory::isLog);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to list " + path + ", but it failed", e);
        }
    }

    private static boolean isLog(Path file) {
        return file.toString().endsWith(".xd");
    }

    private static void writeAll(FileChannel out, String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
        out.force(true);
    }

    static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
