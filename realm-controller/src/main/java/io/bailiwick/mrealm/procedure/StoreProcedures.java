package io.bailiwick.mrealm.procedure;

import io.bailiwick.mrealm.rights.Allowed;
import io.bailiwick.mrealm.rights.Right;
import io.bailiwick.mrealm.schema.MrealmSchema;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.store.Store;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** What the domain asks of the store of a management realm, which only the realm's controller has open. */
public final class StoreProcedures {
    /** What the domain's sessions are in every realm; nobody else has this role but the realm's own controller. */
    private static final String BACKEND = "backend";

    private static final String DOMAIN = "domain";
    private static final String PREFIX = "export-";

    private final Store<MrealmSchema> store;
    private final Path directory;
    private final AtomicBoolean exporting = new AtomicBoolean();

    /**
     * Procedures on a store.
     *
     * @param directory where it is kept
     */
    public StoreProcedures(Store<MrealmSchema> store, Path directory) {
        this.store = store;
        this.directory = directory;
    }

    /**
     * Writes all rows of the realm's store, as they are at one moment, to a file in the store's directory.
     *
     * @param export names the file: {@code export-UUID.ndjson}, mode 0600; who asked takes it away
     * @return the number of bytes. Errors: {@code wamp.error.not_authorized} for anybody but the domain,
     *     {@code wamp.error.unavailable} while another one is written
     */
    @Procedure(
            value = "io.bailiwick.mrealm.export_store",
            does = "Writes all rows of the realm's store to a file in its directory; for the domain only.")
    @Allowed(Right.IS_DOMAIN)
    public CompletableFuture<Long> exportStore(UUID export, Invocation invocation) {
        var details = invocation.details().entries();
        if (!BACKEND.equals(details.get("caller_authrole")) || !DOMAIN.equals(details.get("caller_authid"))) {
            throw new ApplicationError(Uris.NOT_AUTHORIZED, "expected a call of the domain");
        }
        if (!exporting.compareAndSet(false, true)) {
            throw new ApplicationError(Uris.UNAVAILABLE, "another export is being written");
        }
        return CompletableFuture.supplyAsync(() -> write(export), aThread())
                .whenComplete((bytes, failure) -> exporting.set(false));
    }

    /** Of its own: it may take minutes, and nobody else is to wait for it. */
    private static Executor aThread() {
        return task -> {
            Thread thread = new Thread(task, "store-export");
            thread.setDaemon(true);
            thread.start();
        };
    }

    private long write(UUID export) {
        Path file = directory.resolve(PREFIX + export + ".ndjson");
        try {
            removeOthers();
            boolean whole = false;
            try (FileChannel channel = FileChannel.open(
                            file,
                            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                    OutputStream to = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
                store.export(to);
                to.flush();
                channel.force(true);
                whole = true;
                return channel.size();
            } finally {
                if (!whole) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("expected to write an export of the store, but it failed", e);
        }
    }

    /** Those that nobody took away, because somebody ended in the middle. */
    private void removeOthers() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, PREFIX + "*")) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        }
    }
}
