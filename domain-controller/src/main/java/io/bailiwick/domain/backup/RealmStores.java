package io.bailiwick.domain.backup;

import io.bailiwick.domain.schema.ManagementRealm;
import java.io.IOException;
import java.nio.file.Path;

/** The stores of the realms of a running domain, which their controllers have open. */
public interface RealmStores {
    /**
     * Writes all rows of a realm's store, as they are at one moment, while its controller goes on.
     *
     * @param to a file that is not there yet
     * @return false when the realm has no store yet
     * @throws IOException when it cannot be written
     */
    boolean export(ManagementRealm realm, Path to) throws IOException;

    /**
     * Stops the controller of a realm, puts another store in the place of its store, and starts it again. When the controller
     * does not get ready with it, the store from before comes back.
     *
     * @param store a closed store on the same file system; it is taken away
     * @param aside where the store from before is to go; nothing is there
     * @throws IOException when it did not come to its end; then all is as before
     */
    void replace(ManagementRealm realm, Path store, Path aside) throws IOException;
}
