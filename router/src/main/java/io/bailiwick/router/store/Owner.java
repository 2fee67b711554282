package io.bailiwick.router.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The process that has a store, as the file {@code owner.json} tells it to whoever finds the store locked. Nothing but
 * messages depends on it.
 */
record Owner(long pid, String started, String host) {
    static final String FILE = "owner.json";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** This process. */
    static Owner here() {
        ProcessHandle process = ProcessHandle.current();
        String started = process.info().startInstant().map(Instant::toString).orElse("an unknown time");
        return new Owner(process.pid(), started, hostname());
    }

    static Optional<Owner> of(Path directory) {
        try {
            JsonNode owner = JSON.readTree(directory.resolve(FILE).toFile());
            return Optional.of(new Owner(
                    owner.path("pid").asLong(),
                    owner.path("started").asText(),
                    owner.path("host").asText()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void write(Path directory) {
        try {
            Files.write(
                    directory.resolve(FILE),
                    JSON.writeValueAsBytes(Map.of("pid", pid, "started", started, "host", host)));
        } catch (IOException e) {
            throw new UncheckedIOException("expected to write " + FILE + " in " + directory + ", but it failed", e);
        }
    }

    static void remove(Path directory) {
        try {
            Files.deleteIfExists(directory.resolve(FILE));
        } catch (IOException e) {
            throw new UncheckedIOException("expected to delete " + FILE + " in " + directory + ", but it failed", e);
        }
    }

    @Override
    public String toString() {
        return "process " + pid + " on " + host + ", started " + started;
    }

    // Not InetAddress.getLocalHost: it asks the resolver, which may take seconds.
    private static String hostname() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).trim();
        } catch (IOException e) {
            return Optional.ofNullable(System.getenv("HOSTNAME")).orElse("an unknown host");
        }
    }
}
