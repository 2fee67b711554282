package io.bailiwick.domain.config;

import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Section;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where backups go. Who asks for one over the network cannot say where.
 *
 * @param directory the directory; empty for {@code backups} in the data directory
 * @param keep how many backups of the domain are kept, and how many of each realm: the oldest make room for new ones
 */
public record BackupOptions(Optional<Path> directory, int keep) {
    /** In the data directory, the last ten. */
    public static final BackupOptions DEFAULT = new BackupOptions(Optional.empty(), 10);

    /** Reads {@code backups:}. */
    static BackupOptions read(Section section) throws InvalidOptionsException {
        section.only("directory", "keep");
        return new BackupOptions(
                section.path("directory"), section.value("keep", node -> node.number(1, 10_000), DEFAULT.keep));
    }

    /** The directory, where the data is in this one. */
    public Path in(Path data) {
        return directory.orElse(data.resolve("backups"));
    }

    /** As it stands in a file. */
    Map<String, Object> shown(Path data) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("directory", in(data).toString());
        shown.put("keep", keep);
        return shown;
    }
}
