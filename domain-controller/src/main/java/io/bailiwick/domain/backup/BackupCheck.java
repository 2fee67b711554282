package io.bailiwick.domain.backup;

import io.bailiwick.domain.backup.BackupManifest.SavedFile;
import io.bailiwick.domain.backup.BackupManifest.SavedRealm;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.router.store.CorruptStoreException;
import io.bailiwick.router.store.NewerStoreException;
import io.bailiwick.router.store.Store;
import io.bailiwick.router.store.StoreReport;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A look at a backup by doing what a restore would do: every sum is compared, every export becomes a store elsewhere, that store
 * is opened, and all of it is read.
 *
 * @param id the backup
 * @param rows how many rows were read
 * @param problems what is wrong, in words; none for a backup that can be restored
 */
public record BackupCheck(String id, long rows, List<String> problems) {
    /** Copies. */
    public BackupCheck {
        problems = List.copyOf(problems);
    }

    /** Whether the backup can be restored. */
    public boolean isSound() {
        return problems.isEmpty();
    }

    /**
     * Looks at a backup.
     *
     * @param backup its directory
     * @param work a directory that is not there, for the stores; it is removed again
     * @throws IOException when the stores cannot be made, or there is no manifest
     */
    public static BackupCheck of(Path backup, Path work) throws IOException {
        BackupManifest manifest = BackupManifest.read(backup);
        List<String> problems = new ArrayList<>(sums(backup, manifest));
        long rows = 0;
        try {
            Saving.directory(work);
            if (manifest.kind().equals(BackupManifest.DOMAIN)) {
                rows += store(backup, BackupManifest.DOMAIN_EXPORT, work.resolve("domain"), manifest, problems);
                openAsDomain(work.resolve("domain"), problems);
            }
            for (SavedRealm realm : manifest.realms()) {
                rows += store(backup, realm.file(), work.resolve(realm.oid().toString()), manifest, problems);
            }
        } finally {
            Saving.delete(work);
        }
        return new BackupCheck(manifest.id(), rows, problems);
    }

    /** What is wrong with the files as such. */
    static List<String> sums(Path backup, BackupManifest manifest) throws IOException {
        List<String> problems = new ArrayList<>();
        for (SavedFile file : manifest.files()) {
            Path path = backup.resolve(file.name());
            if (!Files.isRegularFile(path)) {
                problems.add("expected the file " + file.name() + ", but found none");
            } else if (Files.size(path) != file.bytes() || !Saving.sha256(path).equals(file.sha256())) {
                problems.add("expected " + file.bytes() + " bytes with sha256 " + file.sha256() + " in " + file.name()
                        + ", but found others");
            }
        }
        return problems;
    }

    private static long store(
            Path backup, String export, Path directory, BackupManifest manifest, List<String> problems)
            throws IOException {
        try {
            load(backup.resolve(export), directory);
            StoreReport report = Store.check(directory);
            report.problems().forEach(problem -> problems.add(export + ": " + problem));
            long said = manifest.file(export).map(SavedFile::rows).orElse(-1L);
            if (said != report.rows()) {
                problems.add("expected " + said + " rows in " + export + ", but found " + report.rows());
            }
            return report.rows();
        } catch (IllegalArgumentException | CorruptStoreException | NewerStoreException e) {
            problems.add(export + ": " + e.getMessage());
            return 0;
        }
    }

    private static void openAsDomain(Path directory, List<String> problems) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Store<GlobalSchema> store = Store.open(directory, new GlobalSchema())) {
            store.check().problems().forEach(problem -> problems.add(BackupManifest.DOMAIN_EXPORT + ": " + problem));
        } catch (RuntimeException e) {
            problems.add(BackupManifest.DOMAIN_EXPORT + ": " + e.getMessage());
        }
    }

    /** Makes a store of an export: all of it or nothing. */
    static void load(Path export, Path directory) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(export), 1 << 16)) {
            Store.importInto(directory, in);
        }
    }
}
