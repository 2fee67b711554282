package io.bailiwick.router.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a store from an export. Works in a directory beside the wanted one and renames it at the end, so that there is
 * either the whole store or none.
 */
final class Import {
    private final Path wanted;

    Import(Path wanted) {
        this.wanted = wanted.toAbsolutePath().normalize();
    }

    void run(InputStream from) throws IOException {
        requireEmpty();
        Path parent = Objects.requireNonNull(wanted.getParent(), "expected a directory that has a parent");
        Path work = parent.resolve(wanted.getFileName() + ".import-" + UUID.randomUUID());
        try {
            try (Filling filling = new Filling(StoreDirectory.lock(work, true, Duration.ZERO))) {
                Dump.importInto(from, filling.directory.id(), filling);
                filling.finish();
            }
            Files.move(work, wanted, StandardCopyOption.ATOMIC_MOVE);
            StoreDirectory.syncDirectory(parent);
        } finally {
            StoreDirectory.delete(work);
        }
    }

    private void requireEmpty() throws IOException {
        if (!Files.exists(wanted)) {
            return;
        }
        try (Stream<Path> files = Files.list(wanted)) {
            if (files.findAny().isPresent()) {
                throw new IllegalArgumentException("expected " + wanted + " to be empty, but found files in it");
            }
        }
    }

    private static final class Filling implements Dump.Target, AutoCloseable {
        private final StoreDirectory directory;
        private @Nullable Engine engine;
        private @Nullable Manifest manifest;
        private long commits;

        Filling(StoreDirectory directory) {
            this.directory = directory;
        }

        @Override
        public void begin(Manifest imported) {
            manifest = imported;
            engine = Engine.open(directory.path(), false, config -> {});
            engine.attach(imported.spaces());
        }

        @Override
        public void write(List<Dump.ImportedRow> rows) {
            try (ByteTransaction bytes = Objects.requireNonNull(engine).exclusive()) {
                for (Dump.ImportedRow row : rows) {
                    bytes.beginWork();
                    row.insert(bytes);
                    bytes.endWork();
                }
                commits++;
                bytes.commit(commits);
            }
        }

        void finish() {
            try {
                directory.acknowledged(false);
                directory.acknowledge(commits);
                directory.write(Objects.requireNonNull(manifest));
            } catch (IOException e) {
                throw new UncheckedIOException("expected to finish " + directory.path() + ", but it failed", e);
            }
        }

        @Override
        public void close() {
            try (directory) {
                if (engine != null) {
                    engine.close();
                }
            }
        }
    }
}
