package io.bailiwick.domain;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A file system of a few mebibytes, in memory, that can be filled up and freed again. */
final class SmallDisk implements AutoCloseable {
    private final Path directory;
    private final Path balloon;

    private SmallDisk(Path directory) {
        this.directory = directory;
        this.balloon = directory.resolve("balloon");
    }

    /** Mounts one on a directory; empty where this user may not. */
    static Optional<SmallDisk> on(Path directory, int mebibytes) {
        String options = "mode=700,size=" + mebibytes + "m";
        boolean mounted = run("mount", "-t", "tmpfs", "-o", options, "tmpfs", directory.toString());
        return mounted ? Optional.of(new SmallDisk(directory)) : Optional.empty();
    }

    /** Takes all the room there is. */
    void fill() throws IOException {
        byte[] piece = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(balloon, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (true) {
                out.write(piece);
            }
        } catch (IOException full) {
            // The rest, which is less than a piece.
            fillTheRest();
        }
    }

    private void fillTheRest() throws IOException {
        try (OutputStream out = Files.newOutputStream(balloon, StandardOpenOption.APPEND)) {
            while (true) {
                out.write(0);
            }
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space left")) {
                throw full;
            }
        }
    }

    /** Gives the room back. */
    void free() throws IOException {
        Files.deleteIfExists(balloon);
    }

    @Override
    public void close() {
        // Lazily: what is closed later keeps nobody waiting.
        run("umount", "-l", directory.toString());
    }

    private static boolean run(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.onExit()
                    .thenApply(ended -> ended.exitValue() == 0)
                    .completeOnTimeout(false, 20, TimeUnit.SECONDS)
                    .join();
        } catch (IOException noSuchCommand) {
            return false;
        }
    }
}
