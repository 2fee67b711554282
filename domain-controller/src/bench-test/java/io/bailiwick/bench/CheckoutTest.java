package io.bailiwick.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckoutTest {
    @TempDir
    Path directory;

    private void git(String... words) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("git", "-c", "user.name=bench", "-c", "user.email=bench@example.com"));
        command.addAll(List.of(words));
        Process git = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("said").toFile())
                .start();
        assertEquals(0, git.waitFor(), () -> String.join(" ", command));
    }

    @Test
    void aChangedTreeIsDirty() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "1");
        git("init", "--quiet");
        git("add", "file");
        git("commit", "--quiet", "-m", "one");
        String clean = Checkout.commit(directory);
        assertTrue(clean.matches("[0-9a-f]+"), clean);
        Files.writeString(file, "two");
        assertEquals(clean + "-dirty", Checkout.commit(directory));
    }

    @Test
    void whatIsNoCheckoutIsUnknown() throws Exception {
        assertEquals("unknown", Checkout.commit(directory));
    }
}
