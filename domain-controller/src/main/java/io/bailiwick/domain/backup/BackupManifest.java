package io.bailiwick.domain.backup;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a backup says of itself, in the file {@code manifest.json} of its directory.
 *
 * @param format {@value #FORMAT}
 * @param version {@value #VERSION}
 * @param id the name of its directory, {@code domain-20261122T101500Z-0a1b2c3d}
 * @param kind {@value #DOMAIN} or {@value #REALM}
 * @param created when it was begun, ISO 8601 in UTC
 * @param software the version of what made it
 * @param keys whether the key pairs of the superuser and of the master are in it
 * @param realms the realms whose stores are in it
 * @param files all other files of it
 */
public record BackupManifest(
        String format,
        int version,
        String id,
        String kind,
        String created,
        String software,
        boolean keys,
        List<SavedRealm> realms,
        List<SavedFile> files) {
    static final String FORMAT = "bailiwick-backup";
    static final int VERSION = 1;
    static final String DOMAIN = "domain";
    static final String REALM = "realm";
    static final String FILE = "manifest.json";
    /** The export of the domain's store. */
    static final String DOMAIN_EXPORT = "domain.ndjson";
    /** The nodes that were paired, as {@link PairedNode}. */
    static final String PAIRED = "paired.json";

    private static final Pattern ID = Pattern.compile("(domain|realm)-\\d{8}T\\d{6}Z-[0-9a-f]{8}");
    private static final long MAX_BYTES = 64L << 20;

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final TypeReference<LinkedHashMap<String, @Nullable Object>> DICT = new TypeReference<>() {};
    private static final TypeReference<List<PairedNode>> NODES = new TypeReference<>() {};

    /** Copies. */
    public BackupManifest {
        realms = List.copyOf(realms);
        files = List.copyOf(files);
    }

    /**
     * A realm whose store is in a backup.
     *
     * @param oid its oid
     * @param name its name
     * @param file the export of its store
     */
    public record SavedRealm(UUID oid, String name, String file) {}

    /**
     * A file of a backup.
     *
     * @param name its name in the directory
     * @param bytes its length
     * @param sha256 of its bytes, in lower-case hexadecimal
     * @param rows how many rows are in it, when it is an export, else 0
     */
    public record SavedFile(String name, long bytes, String sha256, long rows) {}

    /**
     * A node that was paired.
     *
     * @param oid its oid
     * @param mrealmOid the realm
     * @param authid its name there
     * @param pubkey its public key
     */
    public record PairedNode(UUID oid, UUID mrealmOid, String authid, String pubkey) {}

    /** Whether a text may be the name of a backup: then it is no path to anywhere else. */
    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /**
     * Reads that of a backup.
     *
     * @throws IOException when there is none, or it says something else
     */
    static BackupManifest read(Path backup) throws IOException {
        Path file = backup.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new IOException("expected a backup in " + backup + ", but found no " + FILE);
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("expected at most " + MAX_BYTES + " bytes in " + file + ", but found more");
        }
        BackupManifest read;
        try {
            read = JSON.readValue(file.toFile(), BackupManifest.class);
        } catch (IOException | RuntimeException e) {
            throw new IOException("expected a manifest in " + file + ", but found something else", e);
        }
        if (!FORMAT.equals(read.format) || read.version != VERSION) {
            throw new IOException("expected " + FORMAT + " version " + VERSION + " in " + file + ", but found "
                    + read.format + " version " + read.version);
        }
        for (SavedFile each : read.files) {
            if (!each.name.matches("[a-z0-9][a-z0-9.-]*")) {
                throw new IOException("expected plain names of files in " + file + ", but found others");
            }
        }
        return read;
    }

    void write(Path backup) throws IOException {
        Saving.write(backup.resolve(FILE), JSON.writeValueAsBytes(this));
    }

    /** As it goes over the wire. */
    Map<String, @Nullable Object> wire() {
        return JSON.convertValue(this, DICT);
    }

    Optional<SavedFile> file(String name) {
        return files.stream().filter(file -> file.name.equals(name)).findFirst();
    }

    Optional<SavedRealm> realm(UUID oid) {
        return realms.stream().filter(realm -> realm.oid.equals(oid)).findFirst();
    }

    static byte[] bytes(List<PairedNode> nodes) throws IOException {
        return JSON.writeValueAsBytes(nodes);
    }

    /** The nodes that were paired when the backup was made. */
    static List<PairedNode> paired(Path backup) throws IOException {
        return JSON.readValue(backup.resolve(PAIRED).toFile(), NODES);
    }
}
