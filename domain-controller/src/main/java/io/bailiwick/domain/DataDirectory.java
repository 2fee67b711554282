package io.bailiwick.domain;

import io.bailiwick.domain.backup.Places;
import io.bailiwick.router.fault.FailPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Where the domain keeps what it must not lose. Only its owner may enter, and with that rule every file in it is safe from
 * others on the machine, the socket of the realm controllers too.
 *
 * <pre>
 * domain/              the domain's store
 * realms/&lt;oid&gt;/        the directory and store of a realm controller, which only that process opens
 * realms/&lt;oid&gt;.deleted/ what is left of a deleted realm; is removed at the next start
 * logs/                what realm controllers say on stderr
 * archives/            classes that realm controllers start from; may be removed at any time
 * router.sock          where realm controllers come in
 * admin.sock           where an administrator of this machine comes in, unless told otherwise
 * backups/             backups, unless told otherwise
 * aside/               stores of realms that were replaced by a restore
 * superuser.priv/.pub  the key pair made at the first start
 * master.priv/.pub     the key pair with which the domain signs what it says of itself, likewise
 * </pre>
 */
public record DataDirectory(Path root) {

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final String DELETED = ".deleted";

    /** Makes what is missing, and takes the rights of everybody but the owner. */
    static DataDirectory prepare(Path root) throws IOException {
        DataDirectory data = new DataDirectory(root.toAbsolutePath().normalize());
        for (Path directory : List.of(data.root, data.store(), data.realms(), data.logs())) {
            Files.createDirectories(directory, OWNER_ONLY);
        }
        Files.setPosixFilePermissions(data.root, PosixFilePermissions.fromString("rwx------"));
        data.removeDeleted();
        return data;
    }

    Path store() {
        return root.resolve("domain");
    }

    Path realms() {
        return root.resolve("realms");
    }

    Path realm(UUID oid) {
        return realms().resolve(oid.toString());
    }

    /** The directory of a realm controller, where it works and has its store; is made, for its owner alone. */
    Path home(UUID oid) throws IOException {
        return Files.createDirectories(realm(oid), OWNER_ONLY);
    }

    Path logs() {
        return root.resolve("logs");
    }

    /** Where the class archives are kept; see {@link ClassArchive}. */
    Path archives() {
        return root.resolve("archives");
    }

    /** Where the things of a data directory are that a backup has, whether it is there or not. */
    public static Places places(Path root) {
        DataDirectory data = new DataDirectory(root.toAbsolutePath().normalize());
        return new Places(
                data.root,
                data.store(),
                data.realms(),
                data.root.resolve("aside"),
                data.superuserPrivate(),
                data.superuserPublic(),
                data.masterPrivate(),
                data.masterPublic());
    }

    /** What the controller of a realm says. */
    Path log(UUID realm) {
        return logs().resolve(realm + ".log");
    }

    /** What it said before that; see {@link RealmLog}. */
    private Path olderLog(UUID realm) {
        return logs().resolve(realm + ".log.1");
    }

    Path socket() {
        return root.resolve("router.sock");
    }

    Path adminSocket() {
        return root.resolve("admin.sock");
    }

    Path superuserPrivate() {
        return root.resolve("superuser.priv");
    }

    Path superuserPublic() {
        return root.resolve("superuser.pub");
    }

    Path masterPrivate() {
        return root.resolve("master.priv");
    }

    Path masterPublic() {
        return root.resolve("master.pub");
    }

    /**
     * Removes the store and the logs of a realm; nothing happens when there are none. What has begun is gone for good: the rest of
     * it is removed at the next start at the latest.
     */
    void forget(UUID realm) throws IOException {
        Path directory = realm(realm);
        Path deleted = directory.resolveSibling(realm + DELETED);
        if (Files.exists(directory)) {
            Files.move(directory, deleted, StandardCopyOption.ATOMIC_MOVE);
        }
        FailPoint.hit("delete.half-forgotten");
        Files.deleteIfExists(log(realm));
        Files.deleteIfExists(olderLog(realm));
        remove(deleted);
    }

    private void removeDeleted() throws IOException {
        List<Path> deleted;
        try (Stream<Path> all = Files.list(realms())) {
            deleted = all.filter(path -> path.getFileName().toString().endsWith(DELETED))
                    .toList();
        }
        for (Path directory : deleted) {
            remove(directory);
        }
    }

    private static void remove(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
