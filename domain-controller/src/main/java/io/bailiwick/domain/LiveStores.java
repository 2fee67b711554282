package io.bailiwick.domain;

import io.bailiwick.domain.backup.RealmStores;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.StoreLockedException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stores of realms whose controllers run: asked for over WAMP, taken from them only while they are stopped. Blocks. */
final class LiveStores implements RealmStores {
    private static final Logger LOG = LoggerFactory.getLogger(LiveStores.class);
    /** What the supervision says of a controller that is started when somebody needs it. */
    private static final String IDLE = "idle";

    private static final String EXPORT = "io.bailiwick.mrealm.export_store";
    /** For a million heartbeats of each kind it takes seconds. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final LiveRealms realms;
    private final DataDirectory data;

    LiveStores(LiveRealms realms, DataDirectory data) {
        this.realms = realms;
        this.data = data;
    }

    @Override
    public boolean export(ManagementRealm realm, Path to) throws IOException {
        Path directory = data.realm(realm.oid());
        if (IDLE.equals(realms.controller(realm.oid()).get("state"))) {
            try {
                return exportClosed(directory, to);
            } catch (StoreLockedException woken) {
                LOG.debug("The controller of realm {} has just been started", realm.name());
            }
        }
        UUID export = UUID.randomUUID();
        try {
            finished(realms.ready(realm)
                    .thenCompose(ready -> realms.call(realm, EXPORT, Arguments.of(export.toString()), PATIENCE)));
            Files.move(directory.resolve("export-" + export + ".ndjson"), to);
            return true;
        } catch (ExecutionException notRunning) {
            LOG.warn(
                    "The controller of realm {} did not export its store, which is read without it: {}",
                    realm.name(),
                    String.valueOf(notRunning.getCause()));
            return exportClosed(directory, to);
        }
    }

    private static boolean exportClosed(Path directory, Path to) throws IOException {
        if (!Files.exists(directory.resolve("store.json"))) {
            return false;
        }
        boolean whole = false;
        Files.createFile(to, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(to))) {
            Store.export(directory, out);
            whole = true;
            return true;
        } finally {
            if (!whole) {
                Files.deleteIfExists(to);
            }
        }
    }

    @Override
    public void replace(ManagementRealm realm, Path store, Path aside) throws IOException {
        Path directory = data.realm(realm.oid());
        try {
            finished(realms.whileStopped(realm, () -> swap(directory, store, aside)));
        } catch (ExecutionException e) {
            throw new IOException("expected to change the store of realm " + realm.name() + ", but it failed", e);
        }
        try {
            finished(realms.ready(realm));
        } catch (ExecutionException e) {
            putBack(realm, store, aside);
            throw new IOException(
                    "expected the controller of realm " + realm.name()
                            + " to start with the store of the backup, but it"
                            + " did not; the store from before is back",
                    e);
        }
    }

    private void putBack(ManagementRealm realm, Path store, Path aside) throws IOException {
        Path directory = data.realm(realm.oid());
        try {
            finished(realms.whileStopped(realm, () -> {
                move(directory, store);
                if (Files.exists(aside)) {
                    move(aside, directory);
                }
            }));
        } catch (ExecutionException e) {
            throw new IOException(
                    "expected the store from before to come back to realm " + realm.name() + ", but it is in " + aside,
                    e);
        }
    }

    private static void swap(Path directory, Path store, Path aside) {
        if (Files.exists(directory)) {
            move(directory, aside);
        }
        try {
            move(store, directory);
        } catch (UncheckedIOException e) {
            if (Files.exists(aside)) {
                move(aside, directory);
            }
            throw e;
        }
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to move " + from + " to " + to + ", but it failed", e);
        }
    }

    private static void finished(CompletableFuture<?> future) throws IOException, ExecutionException {
        try {
            future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
