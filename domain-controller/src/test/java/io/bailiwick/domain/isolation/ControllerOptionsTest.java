package io.bailiwick.domain.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.isolation.ControllerOptions.SandboxChoice;
import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.YamlNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControllerOptionsTest {
    @TempDir
    Path directory;

    private ControllerOptions read(String yaml) throws IOException {
        return ControllerOptions.read(YamlNode.read(Files.writeString(directory.resolve("a.yaml"), yaml)));
    }

    @Test
    void what_is_left_out_is_the_standard() throws Exception {
        assertEquals(
                new ControllerOptions(
                        SandboxChoice.NONE,
                        ControllerOptions.STANDARD.hungAfter(),
                        ControllerLimits.STANDARD,
                        java.util.Map.of()),
                read("sandbox: none\n"));
        assertFalse(ControllerOptions.STANDARD.anyOnDemand());
    }

    @Test
    void a_realm_has_the_bounds_of_all_but_those_that_are_its_own() throws Exception {
        ControllerOptions options = read("""
                sandbox: bubblewrap
                hung_after: 30
                heap: 100
                open_files: 2000
                realms:
                  plant: {heap: 256, idle_after: 30}
                """);
        assertEquals(SandboxChoice.BUBBLEWRAP, options.sandbox());
        assertEquals(Duration.ofSeconds(30), options.hungAfter());
        assertEquals(new ControllerLimits(100, 96, 32, 2000, Duration.ZERO), options.of("shop"));
        assertEquals(new ControllerLimits(256, 96, 32, 2000, Duration.ofMinutes(30)), options.of("plant"));
        assertTrue(options.anyOnDemand());
    }

    @Test
    void what_is_no_sandbox_or_too_little_is_refused() {
        assertThrows(InvalidOptionsException.class, () -> read("sandbox: docker\n"));
        assertThrows(InvalidOptionsException.class, () -> read("heap: 1\n"));
        assertThrows(InvalidOptionsException.class, () -> read("realms: {plant: {hung_after: 1}}\n"));
        assertThrows(InvalidOptionsException.class, () -> read("heep: 64\n"));
    }

    @Test
    void the_flags_of_the_jvm_follow_from_the_bounds() {
        assertEquals(
                "-Xmx256m",
                new ControllerLimits(256, 96, 32, 100, Duration.ZERO).flags().get(0));
        assertTrue(ControllerLimits.STANDARD.flags().contains("-XX:+ExitOnOutOfMemoryError"));
    }
}
