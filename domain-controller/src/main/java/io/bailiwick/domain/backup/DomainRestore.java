package io.bailiwick.domain.backup;

import io.bailiwick.domain.backup.BackupManifest.SavedRealm;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.router.store.CorruptStoreException;
import io.bailiwick.router.store.NewerStoreException;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.StoreLockedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Brings a whole domain back, while it does not run. The data directory is made anew beside the one that is there and takes its
 * place at the end; what was there is moved aside, and nothing is deleted.
 */
public final class DomainRestore {
    static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private DomainRestore() {}

    /**
     * Restores.
     *
     * @param backup the directory of a backup of a domain
     * @param places where the domain is to be: from the data directory, which may be there or not
     * @param asItWas whether keys that were revoked or denied since the backup, and join codes that ended, come back too
     * @throws StoreLockedException when a master runs there
     * @throws BackupException when the backup is not one of a domain, or is damaged; nothing has changed
     * @throws IOException when it failed; nothing has changed
     */
    public static RestoreReport run(Path backup, Places places, boolean asItWas) throws IOException, BackupException {
        BackupManifest manifest = BackupManifest.read(backup);
        if (!manifest.kind().equals(BackupManifest.DOMAIN)) {
            throw new BackupException(
                    BackupException.Reason.NO_SUCH_BACKUP,
                    "expected a backup of a domain, but found one of a " + manifest.kind());
        }
        List<String> damaged = BackupCheck.sums(backup, manifest);
        if (!damaged.isEmpty()) {
            throw new BackupException(BackupException.Reason.FAILED, String.join("; ", damaged));
        }
        Optional<Credentials> now = present(places.domain());
        Path parent = Objects.requireNonNull(places.root().toAbsolutePath().getParent(), "a data directory in another");
        Saving.directory(parent);
        Path work = parent.resolve(places.root().getFileName() + ".restore-" + UUID.randomUUID());
        try {
            List<Change> changes = fill(backup, manifest, places, work, now, asItWas);
            boolean same = Files.exists(
                    work.resolve(String.valueOf(places.masterPrivate().getFileName())));
            Optional<Path> aside = swap(places.root(), work, parent);
            return new RestoreReport(aside, now.isPresent(), same, changes);
        } finally {
            Saving.delete(work);
        }
    }

    /** What the store that is there says; empty when there is none, or it cannot be read. */
    private static Optional<Credentials> present(Path directory) {
        if (!isStore(directory)) {
            return Optional.empty();
        }
        try (Store<GlobalSchema> store = Store.open(directory, new GlobalSchema())) {
            return Optional.of(Credentials.of(store));
        } catch (CorruptStoreException | NewerStoreException unreadable) {
            return Optional.empty();
        }
    }

    private static boolean isStore(Path directory) {
        return Files.exists(directory.resolve("identity")) || Files.exists(directory.resolve("store.json"));
    }

    private static List<Change> fill(
            Path backup, BackupManifest manifest, Places places, Path work, Optional<Credentials> now, boolean asItWas)
            throws IOException, BackupException {
        Saving.directory(work);
        Path domain = work.resolve(places.root().relativize(places.domain()));
        try {
            BackupCheck.load(backup.resolve(BackupManifest.DOMAIN_EXPORT), domain);
            Path realms = Saving.directory(work.resolve(places.root().relativize(places.realms())));
            for (SavedRealm realm : manifest.realms()) {
                BackupCheck.load(
                        backup.resolve(realm.file()), realms.resolve(realm.oid().toString()));
            }
        } catch (IllegalArgumentException damaged) {
            throw new BackupException(BackupException.Reason.FAILED, String.valueOf(damaged.getMessage()));
        }
        for (Path key : places.keys()) {
            Path saved = backup.resolve(String.valueOf(key.getFileName()));
            Path from = Files.exists(saved) ? saved : key;
            if (Files.exists(from)) {
                Saving.copy(from, work.resolve(String.valueOf(key.getFileName())));
            }
        }
        try (Store<GlobalSchema> restored = Store.open(domain, new GlobalSchema())) {
            List<Change> changes = now.map(present -> Credentials.of(restored).until(present, !asItWas))
                    .orElse(List.of());
            if (!asItWas) {
                now.ifPresent(present -> present.revokeIn(restored));
            }
            return changes;
        }
    }

    private static Optional<Path> swap(Path root, Path work, Path parent) throws IOException {
        Optional<Path> aside = Optional.empty();
        if (Files.exists(root) && !isEmpty(root)) {
            Path moved = parent.resolve(root.getFileName() + ".before-" + TIME.format(Instant.now()));
            Files.move(root, moved, StandardCopyOption.ATOMIC_MOVE);
            aside = Optional.of(moved);
        } else {
            Files.deleteIfExists(root);
        }
        try {
            Files.move(work, root, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (aside.isPresent()) {
                Files.move(aside.get(), root, StandardCopyOption.ATOMIC_MOVE);
            }
            throw e;
        }
        Saving.sync(parent);
        return aside;
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }
}
