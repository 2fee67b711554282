package io.bailiwick.domain.backup;

import io.bailiwick.domain.backup.BackupException.Reason;
import io.bailiwick.domain.backup.BackupManifest.PairedNode;
import io.bailiwick.domain.backup.BackupManifest.SavedFile;
import io.bailiwick.domain.backup.BackupManifest.SavedRealm;
import io.bailiwick.domain.config.BackupOptions;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import io.bailiwick.router.space.Disk;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.Table.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backups of a running domain. Each is a directory of its own; it gets its name when it was read back whole, so what has a
 * name can be restored. Each store is as it was at one moment, the moments of different stores lie apart. One backup or
 * restore runs at a time; methods block.
 */
public final class Backups {
    private static final Logger LOG = LoggerFactory.getLogger(Backups.class);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    /** What has no name yet, or no more. */
    private static final String UNFINISHED = ".unfinished-";
    /** The export, and the store that it is made into when it is read back; and as much again. */
    private static final int TIMES_THE_STORES = 3;

    private final Store<GlobalSchema> store;
    private final Places places;
    private final RealmStores realmStores;
    private final Supplier<BackupOptions> options;
    private final Clock clock;
    private final Semaphore one = new Semaphore(1);

    /**
     * Backups of a domain.
     *
     * @param options asked each time
     */
    public Backups(
            Store<GlobalSchema> store,
            Places places,
            RealmStores realmStores,
            Supplier<BackupOptions> options,
            Clock clock) {
        this.store = store;
        this.places = places;
        this.realmStores = realmStores;
        this.options = options;
        this.clock = clock;
    }

    /** The work of a method that runs alone. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException, BackupException;
    }

    /** Runs something that goes with no other backup or restore. */
    <T> T alone(Work<T> work) throws BackupException {
        if (!one.tryAcquire()) {
            throw new BackupException(Reason.BUSY, "a backup or a restore is under way: there is one at a time");
        }
        try {
            return work.run();
        } catch (IOException | RuntimeException e) {
            LOG.error("A backup or restore failed", e);
            throw new BackupException(Reason.FAILED, "it did not come to its end; the log of the domain tells why");
        } finally {
            one.release();
        }
    }

    /**
     * Makes a backup of the domain and of all its realms.
     *
     * @param keys whether the key pairs of the superuser and of the master are to be in it
     */
    public BackupManifest ofDomain(boolean keys) throws BackupException {
        return alone(() -> make(BackupManifest.DOMAIN, realms(), keys));
    }

    /** Makes a backup of one realm: its store, and which nodes are paired to it. */
    public BackupManifest ofRealm(UUID oid) throws BackupException {
        ManagementRealm realm = realm(oid);
        return alone(() -> make(BackupManifest.REALM, List.of(realm), false));
    }

    /** The backups that there are, the newest first. */
    public List<BackupManifest> list() throws IOException {
        List<BackupManifest> found = new ArrayList<>();
        Path directory = directory();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> each = Files.list(directory)) {
                for (Path backup : each.filter(path -> BackupManifest.isId(String.valueOf(path.getFileName())))
                        .toList()) {
                    found.add(BackupManifest.read(backup));
                }
            }
        }
        found.sort(Comparator.comparing(BackupManifest::created).reversed());
        return found;
    }

    /** Reads a backup back, as a restore would. */
    public BackupCheck check(String id) throws BackupException {
        Path backup = find(id);
        return alone(() -> {
            tidy();
            return BackupCheck.of(backup, unfinished());
        });
    }

    /** The directory of a backup. */
    Path find(String id) throws BackupException {
        Path backup = directory().resolve(BackupManifest.isId(id) ? id : "none");
        if (!BackupManifest.isId(id) || !Files.isDirectory(backup)) {
            throw new BackupException(Reason.NO_SUCH_BACKUP, "there is no such backup");
        }
        return backup;
    }

    ManagementRealm realm(UUID oid) throws BackupException {
        return store.read(tx -> store.schema().mrealms.get(tx, oid))
                .orElseThrow(() -> new BackupException(Reason.NO_SUCH_BACKUP, "there is no such realm"));
    }

    /** The nodes that are paired to these realms now. */
    List<PairedNode> paired(List<UUID> realms) {
        return store.read(tx -> store.schema()
                .nodes
                .all(tx)
                .map(Row::row)
                .flatMap(node -> place(node).filter(place -> realms.contains(place.mrealmOid())).stream())
                .toList());
    }

    private static Optional<PairedNode> place(Node node) {
        UUID realm = node.mrealmOid();
        String authid = node.authid();
        return realm == null || authid == null
                ? Optional.empty()
                : Optional.of(new PairedNode(node.oid(), realm, authid, node.pubkey()));
    }

    private Path directory() {
        return options.get().in(places.root());
    }

    Places places() {
        return places;
    }

    Clock clock() {
        return clock;
    }

    private Path unfinished() {
        return directory().resolve(UNFINISHED + UUID.randomUUID());
    }

    private List<ManagementRealm> realms() {
        return store.read(tx -> store.schema().mrealms.all(tx).map(Row::row).toList());
    }

    private BackupManifest make(String kind, List<ManagementRealm> realms, boolean keys)
            throws IOException, BackupException {
        Saving.directory(directory());
        tidy();
        requireRoom(kind, realms);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        String id = kind + "-" + TIME.format(now) + "-"
                + UUID.randomUUID().toString().substring(0, 8);
        Path work = Saving.directory(unfinished());
        try {
            List<SavedRealm> saved = save(work, kind, realms, keys);
            BackupManifest manifest = new BackupManifest(
                    BackupManifest.FORMAT,
                    BackupManifest.VERSION,
                    id,
                    kind,
                    now.toString(),
                    software(),
                    keys,
                    saved,
                    files(work));
            manifest.write(work);
            Saving.sync(work);
            BackupCheck check = BackupCheck.of(work, unfinished());
            if (!check.isSound()) {
                throw new IOException("expected a backup that can be restored, but found " + check.problems());
            }
            Files.move(work, directory().resolve(id), StandardCopyOption.ATOMIC_MOVE);
            Saving.sync(directory());
            LOG.info("The backup {} was made: {} rows", id, check.rows());
            dropOldest(manifest);
            return manifest;
        } finally {
            Saving.delete(work);
        }
    }

    private List<SavedRealm> save(Path work, String kind, List<ManagementRealm> realms, boolean keys)
            throws IOException {
        if (kind.equals(BackupManifest.DOMAIN)) {
            Saving.write(work.resolve(BackupManifest.DOMAIN_EXPORT), store::export);
        }
        List<SavedRealm> saved = new ArrayList<>();
        for (ManagementRealm realm : realms) {
            String file = "realm-" + realm.oid() + ".ndjson";
            if (realmStores.export(realm, work.resolve(file))) {
                Saving.force(work.resolve(file));
                saved.add(new SavedRealm(realm.oid(), realm.name(), file));
            }
        }
        List<UUID> oids = realms.stream().map(ManagementRealm::oid).toList();
        Saving.write(work.resolve(BackupManifest.PAIRED), BackupManifest.bytes(paired(oids)));
        if (keys) {
            for (Path key : places.keys()) {
                Saving.copy(key, work.resolve(String.valueOf(key.getFileName())));
            }
        }
        return saved;
    }

    private static List<SavedFile> files(Path work) throws IOException {
        List<SavedFile> files = new ArrayList<>();
        try (Stream<Path> each = Files.list(work)) {
            for (Path file : each.sorted().toList()) {
                String name = String.valueOf(file.getFileName());
                long rows = name.endsWith(".ndjson") ? rows(file) : 0;
                files.add(new SavedFile(name, Files.size(file), Saving.sha256(file), rows));
            }
        }
        return files;
    }

    /** All lines but header and trailer. */
    private static long rows(Path export) throws IOException {
        long lines = 0;
        try (var in = Files.newInputStream(export)) {
            byte[] part = new byte[1 << 16];
            for (int read = in.read(part); read >= 0; read = in.read(part)) {
                for (int i = 0; i < read; i++) {
                    lines += part[i] == '\n' ? 1 : 0;
                }
            }
        }
        return lines - 2;
    }

    private void requireRoom(String kind, List<ManagementRealm> realms) throws IOException, BackupException {
        long size = kind.equals(BackupManifest.DOMAIN) ? Saving.size(places.domain()) : 0;
        for (ManagementRealm realm : realms) {
            size += Saving.size(places.realm(realm.oid()));
        }
        long free = Disk.of(directory()).look().free();
        if (free < TIMES_THE_STORES * size) {
            throw new BackupException(
                    Reason.NO_SPACE,
                    "expected " + TIMES_THE_STORES * size + " free bytes for a backup, but found " + free);
        }
    }

    /** What a process left that ended in the middle. */
    private void tidy() throws IOException {
        try (Stream<Path> each = Files.list(Saving.directory(directory()))) {
            for (Path left : each.filter(
                            path -> String.valueOf(path.getFileName()).startsWith(UNFINISHED))
                    .toList()) {
                Saving.delete(left);
            }
        }
    }

    private void dropOldest(BackupManifest made) throws IOException {
        List<BackupManifest> alike = list().stream()
                .filter(each -> each.kind().equals(made.kind())
                        && (made.kind().equals(BackupManifest.DOMAIN)
                                || oids(each).equals(oids(made))))
                .toList();
        int keep = options.get().keep();
        for (BackupManifest old : alike.subList(Math.min(keep, alike.size()), alike.size())) {
            Path going = unfinished();
            // In one step: there is never half a backup that has a name.
            Files.move(directory().resolve(old.id()), going, StandardCopyOption.ATOMIC_MOVE);
            Saving.delete(going);
            LOG.info("The backup {} was removed: {} newer ones are kept", old.id(), keep);
        }
    }

    private static List<UUID> oids(BackupManifest manifest) {
        return manifest.realms().stream().map(SavedRealm::oid).toList();
    }

    private static String software() {
        String version = Backups.class.getPackage().getImplementationVersion();
        return "Bailiwick " + (version == null ? "development" : version);
    }
}
