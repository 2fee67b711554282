package io.bailiwick.domain.backup;

import io.bailiwick.domain.backup.BackupException.Reason;
import io.bailiwick.domain.backup.BackupManifest.PairedNode;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.StoreReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Brings the store of one realm back, while the domain runs. Which nodes and users belong to the realm stands in the domain's
 * store and stays as it is: nobody comes in again who was sent away, and none goes who came since.
 */
final class RealmRestore {
    /** Stores from before, kept for each realm. */
    private static final int KEPT = 3;

    private final Backups backups;
    private final RealmStores stores;

    RealmRestore(Backups backups, RealmStores stores) {
        this.backups = backups;
        this.stores = stores;
    }

    RestoreReport run(String id, UUID oid) throws BackupException {
        Path backup = backups.find(id);
        ManagementRealm realm = backups.realm(oid);
        return backups.alone(() -> {
            BackupManifest manifest = BackupManifest.read(backup);
            String export = manifest.realm(oid)
                    .map(BackupManifest.SavedRealm::file)
                    .orElseThrow(
                            () -> new BackupException(Reason.NO_SUCH_BACKUP, "this backup has no store of that realm"));
            List<String> damaged = BackupCheck.sums(backup, manifest);
            if (!damaged.isEmpty()) {
                throw new IOException("the backup " + id + " is damaged: " + damaged);
            }
            Path aside = backups.places().aside();
            Path work = Saving.directory(aside).resolve("restore-" + UUID.randomUUID());
            try {
                load(backup.resolve(export), work);
                Path before = aside.resolve("realm-" + oid + "-"
                        + DomainRestore.TIME.format(backups.clock().instant()));
                stores.replace(realm, work, before);
                dropOldest(aside, oid);
                return new RestoreReport(
                        Optional.of(before).filter(Files::exists),
                        true,
                        true,
                        changes(realm, BackupManifest.paired(backup), backups.paired(List.of(oid))));
            } finally {
                Saving.delete(work);
            }
        });
    }

    private static void load(Path export, Path work) throws IOException {
        try {
            BackupCheck.load(export, work);
        } catch (IllegalArgumentException damaged) {
            throw new IOException("the backup is damaged", damaged);
        }
        StoreReport report = Store.check(work);
        if (!report.sound()) {
            throw new IOException("expected a sound store, but found " + report.problems());
        }
    }

    private static List<Change> changes(ManagementRealm realm, List<PairedNode> then, List<PairedNode> now) {
        Map<UUID, PairedNode> before = then.stream()
                .filter(node -> node.mrealmOid().equals(realm.oid()))
                .collect(Collectors.toMap(PairedNode::oid, Function.identity()));
        Map<UUID, PairedNode> after = now.stream().collect(Collectors.toMap(PairedNode::oid, Function.identity()));
        List<Change> changes = new ArrayList<>();
        for (PairedNode node : now) {
            PairedNode was = before.get(node.oid());
            if (was == null) {
                changes.add(new Change("node paired", node.authid() + " in " + realm.name(), node.pubkey(), true));
            } else if (!was.pubkey().equals(node.pubkey())) {
                changes.add(new Change("node key revoked", node.authid() + " in " + realm.name(), was.pubkey(), true));
            }
        }
        before.values().stream()
                .filter(node -> !after.containsKey(node.oid()))
                .forEach(node -> changes.add(
                        new Change("node unpaired", node.authid() + " in " + realm.name(), node.pubkey(), true)));
        return changes;
    }

    private static void dropOldest(Path aside, UUID realm) throws IOException {
        List<Path> kept;
        try (Stream<Path> each = Files.list(aside)) {
            kept = each.filter(path -> String.valueOf(path.getFileName()).startsWith("realm-" + realm + "-"))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
        for (Path old : kept.subList(Math.min(KEPT, kept.size()), kept.size())) {
            Saving.delete(old);
        }
    }
}
