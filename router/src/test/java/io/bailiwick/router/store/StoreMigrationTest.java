package io.bailiwick.router.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From an older version of a schema to a newer one: a copy first, then all in one transaction. */
class StoreMigrationTest {
    @TempDir
    Path directory;

    record Harbour(String name, @Nullable String country) {}

    /** Version 1 has the country in the name; versions after that have it beside the name, and the name is unique. */
    private static class Harbours extends Schema {
        final Table<Long, Harbour> harbours = table("harbours", Form.integer(), Harbour.class);

        Harbours(int version) {
            super("harbours", version);
        }
    }

    private static final class NewHarbours extends Harbours {
        final Index<String, Long, Harbour> byName = harbours.unique("idx_harbours_by_name", Form.text(), Harbour::name);
        private final boolean fails;

        NewHarbours(int version, boolean fails) {
            super(version);
            this.fails = fails;
        }

        @Override
        protected void migrate(WriteTransaction tx, int from) {
            for (Table.Row<Long, Harbour> row : harbours.all(tx).toList()) {
                String[] parts = row.row().name().split(", ");
                if (parts.length == 2) {
                    harbours.update(tx, row.key(), new Harbour(parts[0], parts[1]));
                }
            }
            if (fails) {
                throw new IllegalStateException("in the middle");
            }
        }
    }

    private void writeVersion1() {
        try (Store<Harbours> store = Store.open(directory, new Harbours(1))) {
            store.writeAll(tx -> {
                store.schema().harbours.insert(tx, 1L, new Harbour("Genoa, Italy", null));
                store.schema().harbours.insert(tx, 2L, new Harbour("Bergen, Norway", null));
            });
        }
    }

    private Map<String, byte[]> files(Path of) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> each = Files.list(of)) {
            for (Path file : each.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("xd.lck"))
                    .toList()) {
                files.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
            }
        }
        return files;
    }

    private List<Path> copies() throws IOException {
        try (Stream<Path> each = Files.list(directory)) {
            return each.filter(Files::isDirectory).sorted().toList();
        }
    }

    @Test
    void rows_and_indexes_are_brought_to_the_newer_version_when_the_store_is_opened() {
        writeVersion1();
        try (Store<NewHarbours> store = Store.open(directory, new NewHarbours(2, false))) {
            assertEquals(
                    new Harbour("Bergen", "Norway"),
                    store.read(tx -> store.schema().byName.get(tx, "Bergen")).orElseThrow());
            assertTrue(store.read(tx -> store.schema().byName.get(tx, "Bergen, Norway"))
                    .isEmpty());
            assertTrue(store.check().sound(), store.check().toString());
        }
        assertEquals(2, Store.check(directory).version());
    }

    @Test
    void the_store_is_copied_first_byte_for_byte_and_the_copy_is_a_store_of_the_older_version() throws IOException {
        writeVersion1();
        Map<String, byte[]> before = files(directory);
        Store.open(directory, new NewHarbours(2, false)).close();
        assertEquals(1, copies().size());
        Path copy = copies().get(0);
        assertTrue(copy.getFileName().toString().startsWith("before-v1-"), copy.toString());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)));
        Map<String, byte[]> copied = files(copy);
        assertEquals(before.keySet(), copied.keySet());
        before.forEach((name, bytes) -> assertArrayEquals(bytes, copied.get(name), name));
        try (Store<Harbours> old = Store.open(copy, new Harbours(1))) {
            assertEquals(
                    "Genoa, Italy",
                    old.read(tx -> old.schema().harbours.get(tx, 1L))
                            .orElseThrow()
                            .name());
        }
    }

    @Test
    void a_migration_that_fails_leaves_the_rows_as_they_were() {
        writeVersion1();
        assertThrows(IllegalStateException.class, () -> Store.open(directory, new NewHarbours(2, true)));
        try (Store<Harbours> store = Store.open(directory, new Harbours(1))) {
            assertEquals(
                    "Genoa, Italy",
                    store.read(tx -> store.schema().harbours.get(tx, 1L))
                            .orElseThrow()
                            .name());
        }
    }

    @Test
    void a_newer_version_is_refused_and_nothing_is_touched() throws IOException {
        writeVersion1();
        Store.open(directory, new NewHarbours(3, false)).close();
        Map<String, byte[]> before = files(directory);
        NewerStoreException newer =
                assertThrows(NewerStoreException.class, () -> Store.open(directory, new NewHarbours(2, false)));
        assertTrue(String.valueOf(newer.getMessage()).contains("version 2 or less"), newer.getMessage());
        assertTrue(String.valueOf(newer.getMessage()).contains("found version 3"), newer.getMessage());
        Map<String, byte[]> after = files(directory);
        assertEquals(before.keySet(), after.keySet());
        before.forEach((name, bytes) -> assertArrayEquals(bytes, after.get(name), name));
    }

    @Test
    void so_many_copies_are_kept_and_no_more_and_what_a_crash_left_is_removed() throws IOException {
        writeVersion1();
        Files.createDirectory(directory.resolve("before-v1-20200101T000000.000Z.new"));
        for (int version = 2; version <= 6; version++) {
            Store.open(directory, new NewHarbours(version, false)).close();
        }
        assertEquals(OlderCopies.KEPT, copies().size(), copies().toString());
        assertTrue(copies().get(2).getFileName().toString().startsWith("before-v5-"), copies().toString());
    }

    @Test
    void a_store_of_the_same_version_is_not_copied() throws IOException {
        writeVersion1();
        Store.open(directory, new Harbours(1)).close();
        assertEquals(List.of(), copies());
    }
}
