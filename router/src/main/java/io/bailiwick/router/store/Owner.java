package io.bailiwick.router.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The process that has a store, as the file {@code owner.json} tells it to whoever finds the store locked. Nothing but
 * messages depends on it.
 */
record Owner(long pid, String started, String host) {
    static final String FILE = "owner.json";

    /** This process. */
    static Owner here() {
        ProcessHandle process = ProcessHandle.current();
        String started = process.info().startInstant().map(Instant::toString).orElse("an unknown time");
        return new Owner(process.pid(), started, hostname());
    }

    static Optional<Owner> of(Path directory) {
        try {
            Map<String, @Nullable Object> owner = Manifest.object(Files.readAllBytes(directory.resolve(FILE)));
            return Optional.of(new Owner(
                    owner.get("pid") instanceof Long pid ? pid : 0,
                    String.valueOf(owner.get("started")),
                    String.valueOf(owner.get("host"))));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void write(Path directory) {
        try {
            Files.write(directory.resolve(FILE), Manifest.json(json -> {
                json.writeNumberField("pid", pid);
                json.writeStringField("started", started);
                json.writeStringField("host", host);
            }));
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
