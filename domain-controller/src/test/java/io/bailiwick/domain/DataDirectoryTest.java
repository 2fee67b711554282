package io.bailiwick.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path directory;

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void only_the_owner_may_enter() throws Exception {
        DataDirectory data = DataDirectory.prepare(directory.resolve("deep/data"));
        for (Path made : List.of(data.root(), data.store(), data.realms(), data.logs())) {
            assertEquals("rwx------", mode(made), made.toString());
        }
    }

    @Test
    void a_directory_that_was_open_to_others_is_closed() throws Exception {
        Path open = Files.createDirectory(directory.resolve("data"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        DataDirectory.prepare(open);
        assertEquals("rwx------", mode(open));
    }

    @Test
    void what_was_left_of_a_deleted_realm_is_removed_at_the_next_start() throws Exception {
        DataDirectory data = DataDirectory.prepare(directory);
        UUID realm = UUID.randomUUID();
        Path left = Files.createDirectories(data.realms().resolve(realm + ".deleted/a"));
        Files.writeString(left.resolve("file"), "x");
        Path other = data.home(UUID.randomUUID());
        assertEquals("rwx------", mode(other));
        DataDirectory.prepare(directory);
        try (Stream<Path> realms = Files.list(data.realms())) {
            assertEquals(List.of(other), realms.toList());
        }
    }

    @Test
    void a_realm_is_forgotten_with_all_its_files_and_no_other_is() throws Exception {
        DataDirectory data = DataDirectory.prepare(directory);
        UUID realm = UUID.randomUUID();
        UUID other = UUID.randomUUID();
        for (UUID oid : List.of(realm, other)) {
            Files.createDirectories(data.realm(oid).resolve("a/b"));
            Files.writeString(data.realm(oid).resolve("a/b/file"), "x");
            Files.writeString(data.logs().resolve(oid + ".log"), "x");
            Files.writeString(data.logs().resolve(oid + ".log.1"), "x");
        }
        data.forget(realm);
        data.forget(realm);
        assertFalse(Files.exists(data.realm(realm)));
        assertTrue(Files.exists(data.realm(other).resolve("a/b/file")));
        try (Stream<Path> logs = Files.list(data.logs())) {
            assertEquals(
                    Set.of(other + ".log", other + ".log.1"),
                    logs.map(log -> log.getFileName().toString()).collect(Collectors.toSet()));
        }
    }

    @Test
    void a_link_in_a_realms_store_is_removed_and_what_it_leads_to_is_not() throws Exception {
        DataDirectory data = DataDirectory.prepare(directory.resolve("data"));
        Path precious = Files.writeString(
                Files.createDirectory(directory.resolve("elsewhere")).resolve("f"), "x");
        UUID realm = UUID.randomUUID();
        Files.createDirectories(data.realm(realm));
        Files.createSymbolicLink(data.realm(realm).resolve("link"), precious.getParent());
        data.forget(realm);
        assertTrue(Files.exists(precious));
    }
}
