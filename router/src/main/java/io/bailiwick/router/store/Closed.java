package io.bailiwick.router.store;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import jetbrains.exodus.env.EnvironmentConfig;

/** What can be done with a store that nobody has open, by one who has no schema: looks, and touches nothing. */
final class Closed {
    private final Path path;
    private final Consumer<EnvironmentConfig> adjust;

    Closed(Path path, Consumer<EnvironmentConfig> adjust) {
        this.path = path;
        this.adjust = adjust;
    }

    StoreReport check() {
        try (StoreDirectory directory = StoreDirectory.lock(path, false, Store.LOCK_WAIT)) {
            Manifest manifest = manifest(directory);
            long acknowledged = directory.acknowledged(true);
            try (View view = new View(directory, manifest, adjust);
                    ByteTransaction bytes = view.engine.snapshot()) {
                return new Verifier(bytes)
                        .commits(acknowledged)
                        .tables(manifest.tables())
                        .report(manifest);
            }
        } catch (CorruptStoreException e) {
            return new StoreReport("unknown", 0, 0, 0, List.of(String.valueOf(e.getMessage())));
        }
    }

    void export(OutputStream to) throws IOException {
        try (StoreDirectory directory = StoreDirectory.lock(path, false, Store.LOCK_WAIT)) {
            Manifest manifest = manifest(directory);
            long acknowledged = directory.acknowledged(true);
            try (View view = new View(directory, manifest, adjust);
                    ByteTransaction bytes = view.engine.snapshot()) {
                new Verifier(bytes)
                        .commits(acknowledged)
                        .requireSound(directory.path().toString());
                Dump.export(bytes, manifest, to);
            }
        }
    }

    private Manifest manifest(StoreDirectory directory) {
        return directory
                .manifest()
                .orElseThrow(() -> new IllegalArgumentException("expected a store in " + path + ", but found none"));
    }

    /**
     * The log seen from a temporary directory. Xodus cuts an unfinished commit off the last file even when it is told to be
     * read-only; there it cuts a copy, the other files being links.
     */
    private static final class View implements AutoCloseable {
        private final Path directory;
        private final Engine engine;

        View(StoreDirectory store, Manifest manifest, Consumer<EnvironmentConfig> adjust) {
            try {
                directory = Files.createTempDirectory("store-");
            } catch (IOException e) {
                throw new UncheckedIOException("expected to make a temporary directory, but it failed", e);
            }
            try {
                store.show(directory);
                engine = attached(Engine.open(directory, true, adjust), manifest);
            } catch (RuntimeException e) {
                StoreDirectory.delete(directory);
                throw e;
            }
        }

        private static Engine attached(Engine engine, Manifest manifest) {
            try {
                engine.attach(manifest.spaces());
                return engine;
            } catch (RuntimeException e) {
                engine.close();
                throw e;
            }
        }

        @Override
        public void close() {
            try {
                engine.close();
            } finally {
                StoreDirectory.delete(directory);
            }
        }
    }
}
