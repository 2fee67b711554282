package io.bailiwick.domain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Where the domain keeps what it must not lose. Only its owner may enter, and with that rule every file in it is safe from
 * others on the machine, the socket of the realm controllers too.
 *
 * <pre>
 * domain/              the domain's store
 * realms/&lt;oid&gt;/        the store of a realm controller, which only that process opens
 * logs/                what realm controllers say on stderr
 * archives/            classes that realm controllers start from; may be removed at any time
 * router.sock          where realm controllers come in
 * admin.sock           where an administrator of this machine comes in, unless told otherwise
 * superuser.priv/.pub  the key pair made at the first start
 * master.priv/.pub     the key pair with which the domain signs what it says of itself, likewise
 * </pre>
 */
record DataDirectory(Path root) {

    /** Makes what is missing, and takes the rights of everybody but the owner. */
    static DataDirectory prepare(Path root) throws IOException {
        DataDirectory data = new DataDirectory(root.toAbsolutePath().normalize());
        for (Path directory : List.of(data.root, data.store(), data.realms(), data.logs())) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Files.setPosixFilePermissions(data.root, PosixFilePermissions.fromString("rwx------"));
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

    Path logs() {
        return root.resolve("logs");
    }

    /** Where the class archives are kept; see {@link ClassArchive}. */
    Path archives() {
        return root.resolve("archives");
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

    /** Removes the store and the logs of a realm; nothing happens when there are none. */
    void forget(UUID realm) throws IOException {
        Files.deleteIfExists(log(realm));
        Files.deleteIfExists(olderLog(realm));
        Path directory = realm(realm);
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
