package io.bailiwick.domain.backup;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * Where a domain keeps what is saved.
 *
 * @param root the data directory
 * @param domain the domain's store
 * @param realms the directory of the stores of realms, each under its oid
 * @param aside where what was replaced is put
 * @param superuserPrivate the private key file of the superuser
 * @param superuserPublic its public key file
 * @param masterPrivate the private key file of the master itself
 * @param masterPublic its public key file
 */
public record Places(
        Path root,
        Path domain,
        Path realms,
        Path aside,
        Path superuserPrivate,
        Path superuserPublic,
        Path masterPrivate,
        Path masterPublic) {

    /** The files of both key pairs. */
    List<Path> keys() {
        return List.of(superuserPrivate, superuserPublic, masterPrivate, masterPublic);
    }

    /** The store of a realm. */
    public Path realm(UUID oid) {
        return realms.resolve(oid.toString());
    }
}
