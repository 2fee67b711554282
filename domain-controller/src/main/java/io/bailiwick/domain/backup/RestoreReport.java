package io.bailiwick.domain.backup;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What came of a restore.
 *
 * @param aside where the data from before is now; empty when there was none
 * @param compared whether it is known what has happened since the backup: not when there was no store, or one that cannot be read
 * @param sameMaster whether the master has its key, from the backup or from what was there; else it makes a new one at its start
 * @param changes what has happened since the backup
 */
public record RestoreReport(Optional<Path> aside, boolean compared, boolean sameMaster, List<Change> changes) {
    /** Copies. */
    public RestoreReport {
        changes = List.copyOf(changes);
    }
}
