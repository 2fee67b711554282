package io.bailiwick.router.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.admission.CookieTable.Remembered;
import io.bailiwick.router.message.Dict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cookies of logins, from one start to the next. */
class CookieFileTest {
    private static final Remembered ALICE = new Remembered(
            "shop", "alice", "clerk", "ticket", "static", Dict.of("desk", 4L), Instant.parse("2100-01-01T00:00:00Z"));

    @TempDir
    Path directory;

    private CookieFile open() throws Exception {
        return CookieFile.open(directory.resolve("cookies.json"));
    }

    private Map<String, Remembered> kept() throws Exception {
        try (CookieFile file = open()) {
            return file.load();
        }
    }

    @Test
    void what_was_put_and_not_removed_is_there_at_the_next_start() throws Exception {
        try (CookieFile file = open()) {
            assertEquals(Map.of(), file.load());
            file.put("a", ALICE);
            file.put("b", ALICE);
            file.remove("a");
        }
        Map<String, Remembered> kept = kept();
        assertEquals(1, kept.size());
        assertEquals(4L, kept.get("b").authextra().integer("desk").orElse(0));
        assertEquals(ALICE.until(), kept.get("b").until());
        assertEquals("clerk", kept.get("b").authrole());
    }

    @Test
    void a_line_that_a_crash_has_cut_off_is_left_out() throws Exception {
        try (CookieFile file = open()) {
            file.put("a", ALICE);
        }
        Files.writeString(directory.resolve("cookies.json"), "{\"cookie\":\"b\",\"rea", StandardOpenOption.APPEND);
        assertEquals(java.util.Set.of("a"), kept().keySet());
    }

    @Test
    void only_its_owner_reads_it_and_it_does_not_grow_without_end() throws Exception {
        try (CookieFile file = open()) {
            for (int i = 0; i < 5_000; i++) {
                file.put("a", ALICE);
            }
        }
        Path path = directory.resolve("cookies.json");
        assertTrue(Files.readAllLines(path).size() < 1_100);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    }
}
