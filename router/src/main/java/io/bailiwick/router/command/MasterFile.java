package io.bailiwick.router.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The file in which a running master says where it listens: {@code master.json} in its data directory. */
public final class MasterFile {
    private static final JsonMapper JSON = new JsonMapper();

    private MasterFile() {}

    /**
     * Writes the file, whole or not at all.
     *
     * @param url the WebSocket URL of the first listener
     * @param door the socket at which an administrator of this machine comes in without a key
     */
    public static void write(Path data, String url, Optional<Path> door) throws IOException {
        Path temporary = data.resolve("master.json.new");
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("url", url);
        content.put("pid", ProcessHandle.current().pid());
        door.ifPresent(socket -> content.put("door", "unix:" + socket));
        JSON.writeValue(temporary.toFile(), content);
        try {
            Files.move(temporary, file(data), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException notHere) {
            Files.move(temporary, file(data), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Removes the file. */
    public static void delete(Path data) throws IOException {
        Files.deleteIfExists(file(data));
    }

    /** The URL of the master that runs on this data directory; empty when none runs. */
    public static Optional<String> url(Path data) {
        return value(data, "url");
    }

    /** The URL at which an administrator of this machine comes in without a key; empty when no master runs or it has none. */
    public static Optional<String> door(Path data) {
        return value(data, "door");
    }

    private static Optional<String> value(Path data, String name) {
        if (!Files.isReadable(file(data))) {
            return Optional.empty();
        }
        try {
            JsonNode node = JSON.readTree(file(data).toFile());
            boolean alive = ProcessHandle.of(node.path("pid").asLong()).isPresent();
            return alive ? Optional.ofNullable(node.path(name).textValue()) : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** Where the superuser's private key is. */
    public static Path superuserKey(Path data) {
        return data.resolve("superuser.priv");
    }

    private static Path file(Path data) {
        return data.resolve("master.json");
    }
}
