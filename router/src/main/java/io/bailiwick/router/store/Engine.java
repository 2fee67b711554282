package io.bailiwick.router.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jetbrains.exodus.OutOfDiskSpaceException;
import jetbrains.exodus.env.Environment;
import jetbrains.exodus.env.EnvironmentConfig;
import jetbrains.exodus.env.Environments;
import jetbrains.exodus.env.Store;
import jetbrains.exodus.env.StoreConfig;
import jetbrains.exodus.env.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * Xodus as this project uses it: durable, never clearing what it cannot read, nothing shared with others. Opens named
 * maps of bytes to bytes ("spaces"), one per table and index and one of its own for the counts.
 */
final class Engine implements AutoCloseable {
    /** The space of the engine's own entries: a {@link Digest} per space, and the number of the last commit. */
    static final String META = "#meta";

    private static final byte[] COMMITS = "commits".getBytes(StandardCharsets.UTF_8);
    // Part of the format: a log is not readable with another.
    private static final int LOG_FILE_KIBIBYTES = 8192;
    private static final int MEMORY_PERCENT = 20;
    private static final int TRANSACTION_WARNING_MILLIS = 60_000;

    private final Environment environment;
    private final Map<String, Store> spaces = new HashMap<>();

    private Engine(Environment environment) {
        this.environment = environment;
    }

    /**
     * How many entries a space has, and the sum of their marks.
     *
     * @see Envelope#mark
     */
    record Digest(long count, long sum) {
        static final Digest EMPTY = new Digest(0, 0);

        Digest plus(long mark) {
            return new Digest(count + 1, sum + mark);
        }

        Digest minus(long mark) {
            return new Digest(count - 1, sum - mark);
        }

        // By hand: what a record has by itself is made when it is first needed, which takes longer than to check a
        // small
        // store.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Digest that && count == that.count && sum == that.sum;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(count) * 31 + Long.hashCode(sum);
        }

        byte[] bytes() {
            return ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(count)
                    .putLong(sum)
                    .array();
        }

        static Digest of(byte[] bytes) {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            return new Digest(in.getLong(), in.getLong());
        }
    }

    /**
     * Opens the log in a directory that this process has locked.
     *
     * @param readOnly whether nothing is to be written, not even what opening writes
     * @param adjust changes to the configuration, for tests
     */
    static Engine open(Path directory, boolean readOnly, Consumer<EnvironmentConfig> adjust) {
        requireOpenChannels(Environments.class.getModule());
        EnvironmentConfig config = new EnvironmentConfig()
                .setLogDurableWrite(true)
                .setLogClearInvalid(false)
                .setLogLockTimeout(0)
                .setLogFileSize(LOG_FILE_KIBIBYTES)
                .setLogCacheShared(false)
                .setMemoryUsagePercentage(MEMORY_PERCENT)
                .setEnvIsReadonly(readOnly)
                .setEnvFailFastInReadonly(true)
                .setEnvReadonlyEmptyStores(true)
                .setEnvCloseForcedly(true)
                .setEnvMonitorTxnsTimeout(TRANSACTION_WARNING_MILLIS)
                .setEnvGatherStatistics(false)
                .setManagementEnabled(false);
        adjust.accept(config);
        return guarded(
                "the log in " + directory, () -> new Engine(Environments.newInstance(directory.toFile(), config)));
    }

    /**
     * A thread that is interrupted while it reads or writes a file closes that file, and Xodus then loses the whole store,
     * unless it may open the package that lets it switch that off.
     */
    static void requireOpenChannels(Module xodus) {
        Module base = Object.class.getModule();
        if (!base.isOpen("sun.nio.ch", xodus)) {
            throw new IllegalStateException("expected the JVM flag --add-opens=java.base/sun.nio.ch=ALL-UNNAMED, "
                    + "but this JVM was started without it");
        }
    }

    /** Opens spaces, making those that are not there unless the engine is read-only. */
    void attach(Collection<String> names) {
        guarded("the directory of tables", () -> {
            Transaction txn = environment.getEnvironmentConfig().getEnvIsReadonly()
                    ? environment.beginReadonlyTransaction()
                    : environment.beginExclusiveTransaction();
            try {
                for (String name : names) {
                    spaces.put(name, environment.openStore(name, StoreConfig.WITHOUT_DUPLICATES, txn));
                }
                if (!txn.isReadonly() && !txn.commit()) {
                    throw new IllegalStateException("expected an exclusive transaction to commit");
                }
                return txn;
            } finally {
                if (!txn.isFinished()) {
                    txn.abort();
                }
            }
        });
    }

    Store space(String name) {
        Store space = spaces.get(name);
        if (space == null) {
            throw new IllegalStateException("expected an attached table, but came " + name);
        }
        return space;
    }

    /** Empties a space inside a transaction. */
    void truncate(String name, Transaction txn) {
        environment.truncateStore(name, txn);
        spaces.put(name, environment.openStore(name, StoreConfig.WITHOUT_DUPLICATES, txn));
    }

    ByteTransaction snapshot() {
        return new ByteTransaction(this, guarded("a snapshot", environment::beginReadonlyTransaction));
    }

    ByteTransaction exclusive() {
        return new ByteTransaction(this, guarded("a transaction", environment::beginExclusiveTransaction));
    }

    /** How many transactions with changes were committed since the store was made. */
    static long commits(ByteTransaction at) {
        byte[] value = at.get(META, COMMITS);
        return value == null ? 0 : ByteBuffer.wrap(value).getLong();
    }

    static void commits(ByteTransaction at, long number) {
        at.put(META, COMMITS, ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    @Override
    public void close() {
        try {
            environment.close();
        } catch (Exception e) {
            // What has failed once fails here again, and Kotlin does not say which checked exceptions it throws.
            throw new StoreFailedException("expected to close the log, but it failed: " + e, e);
        }
    }

    /**
     * Runs something of Xodus. It has no checksums, so what it throws over damaged data is whatever the damage leads to:
     * IllegalArgumentException more often than DataCorruptionException.
     */
    static <T> T guarded(String where, Supplier<T> action) {
        return guarded(() -> where, action);
    }

    /** As above; where it was is put into words only if it fails: that takes longer than most actions. */
    static <T> T guarded(Supplier<String> where, Supplier<T> action) {
        try {
            return action.get();
        } catch (CorruptStoreException | OutOfDiskSpaceException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            throw new CorruptStoreException(
                    "expected to read or write " + where.get() + ", but the engine failed: " + e, e);
        }
    }
}
