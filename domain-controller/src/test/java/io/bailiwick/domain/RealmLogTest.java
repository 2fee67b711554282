package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealmLogTest {
    @TempDir
    Path directory;

    @Test
    void lines_are_appended_also_after_a_restart() throws Exception {
        Path file = directory.resolve("realm.log");
        new RealmLog(file).accept("one");
        new RealmLog(file).accept("two");
        assertEquals(List.of("one", "two"), Files.readAllLines(file));
    }

    @Test
    void a_full_file_makes_room_and_one_before_is_kept() throws Exception {
        Path file = directory.resolve("realm.log");
        RealmLog log = new RealmLog(file);
        Files.write(file, new byte[(8 << 20) + 1]);
        log.accept("next");
        assertEquals(List.of("next"), Files.readAllLines(file));
        assertEquals((8 << 20) + 1, Files.size(directory.resolve("realm.log.1")));
    }

    @Test
    void a_long_line_is_cut() throws Exception {
        Path file = directory.resolve("realm.log");
        new RealmLog(file).accept("x".repeat(1 << 20));
        assertEquals(8193, Files.size(file));
    }

    @Test
    void a_log_that_cannot_be_written_harms_nobody() throws Exception {
        RealmLog log = new RealmLog(directory.resolve("none/realm.log"));
        log.accept("one");
        Files.createDirectory(directory.resolve("none"));
        log.accept("two");
        assertTrue(Files.readString(directory.resolve("none/realm.log")).startsWith("two"));
    }
}
