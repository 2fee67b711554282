package io.bailiwick.domain.waiting;

import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * {@code key.activate}, in the form of Crossbar.io FX: tells a node that was paired where its master is. A node reads the
 * URL, and nothing else of it counts; there is no secret in it, and the activation code is {@code unknown}.
 */
final class ActivationFile {
    static final String NAME = "key.activate";
    private static final String UNKNOWN = "unknown";

    private ActivationFile() {}

    /**
     * Writes the file beside a key, whole or not at all; one that is there stays as it is.
     *
     * @param withCode whether it has the line for an activation code
     * @throws IOException naming the file
     */
    static void write(Path directory, String url, ManagementRealm realm, Node node, Instant now, boolean withCode)
            throws IOException {
        Path file = directory.resolve(NAME);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Path beside = directory.resolve(NAME + "." + UUID.randomUUID() + ".new");
        try {
            Files.createFile(
                    beside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
            Files.writeString(
                    beside,
                    text(url, realm, node, now, withCode),
                    StandardCharsets.UTF_8,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.SYNC);
            // A link, unlike a move, fails when the name is taken.
            Files.createLink(file, beside);
        } catch (FileAlreadyExistsException other) {
            // Somebody else wrote it in this moment: then that is the file.
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    private static String text(String url, ManagementRealm realm, Node node, Instant now, boolean withCode) {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put("created-at", now.toString());
        tags.put("management-url", url);
        tags.put("management-realm", realm.name());
        tags.put("management-realm-oid", realm.oid().toString());
        tags.put("node-oid", node.oid().toString());
        tags.put("node-cluster-ip", Objects.requireNonNullElse(node.clusterIp(), UNKNOWN));
        tags.put("node-authid", Objects.requireNonNullElse(node.authid(), UNKNOWN));
        if (withCode) {
            tags.put("activation-code", UNKNOWN);
        }
        tags.put("public-key-ed25519", node.pubkey());
        StringBuilder text = new StringBuilder("Crossbar.io node activation\n\n");
        Set<Map.Entry<String, String>> lines = tags.entrySet();
        lines.forEach(tag -> text.append(tag.getKey())
                .append(": ")
                .append(tag.getValue().replaceAll("[\\p{Cntrl}\\u2028\\u2029]", " "))
                .append('\n'));
        return text.toString();
    }
}
