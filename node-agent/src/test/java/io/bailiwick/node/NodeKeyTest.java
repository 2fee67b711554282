package io.bailiwick.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.cryptosign.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeKeyTest {
    @TempDir
    Path home;

    @Test
    void the_key_is_made_once_and_kept() throws IOException {
        Path directory = home.resolve("node");
        SigningKey made = NodeKey.of(directory);
        assertEquals(made.seed(), NodeKey.of(directory).seed());
        assertTrue(Files.readString(directory.resolve("key.pub"))
                .contains(made.publicKey().hex()));
    }

    @Test
    void only_its_owner_can_read_the_key() throws IOException {
        Path directory = home.resolve("node");
        NodeKey.of(directory);
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("key.priv"))));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
    }

    @Test
    void a_lost_public_file_is_written_again() throws IOException {
        SigningKey made = NodeKey.of(home);
        Files.delete(home.resolve("key.pub"));
        NodeKey.of(home);
        assertTrue(Files.readString(home.resolve("key.pub"))
                .contains(made.publicKey().hex()));
    }

    @Test
    void a_damaged_key_file_is_never_replaced() throws IOException {
        NodeKey.of(home);
        Path file = home.resolve("key.priv");
        Files.writeString(file, "half a fi");
        IOException e = assertThrows(IOException.class, () -> NodeKey.of(home));
        assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
        assertEquals("half a fi", Files.readString(file));
    }

    @Test
    void agents_that_start_together_agree_on_one_key() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Callable<String>> starts = IntStream.range(0, 8)
                    .mapToObj(i -> (Callable<String>)
                            () -> NodeKey.of(home.resolve("node")).seed())
                    .toList();
            String kept = null;
            for (Future<String> seed : pool.invokeAll(starts)) {
                kept = kept == null ? seed.get() : kept;
                assertEquals(kept, seed.get());
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
