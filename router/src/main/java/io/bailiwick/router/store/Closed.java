package io.bailiwick.router.store;

import java.io.IOException;
import java.io.OutputStream;
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
            try {
                Manifest manifest = manifest(directory);
                long acknowledged = directory.acknowledged(true);
                try (Engine engine = engine(directory, manifest);
                        ByteTransaction bytes = engine.snapshot()) {
                    return new Verifier(bytes)
                            .commits(acknowledged)
                            .tables(manifest.tables())
                            .report(manifest);
                }
            } catch (CorruptStoreException e) {
                return new StoreReport("unknown", 0, 0, 0, List.of(String.valueOf(e.getMessage())));
            }
        } catch (CorruptStoreException e) {
            return new StoreReport("unknown", 0, 0, 0, List.of(String.valueOf(e.getMessage())));
        }
    }

    void export(OutputStream to) throws IOException {
        try (StoreDirectory directory = StoreDirectory.lock(path, false, Store.LOCK_WAIT)) {
            Manifest manifest = manifest(directory);
            long acknowledged = directory.acknowledged(true);
            try (Engine engine = engine(directory, manifest);
                    ByteTransaction bytes = engine.snapshot()) {
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

    private Engine engine(StoreDirectory directory, Manifest manifest) {
        Engine engine = Engine.open(directory.path(), true, adjust);
        try {
            engine.attach(manifest.spaces());
            return engine;
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }
}
