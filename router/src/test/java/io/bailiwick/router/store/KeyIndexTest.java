package io.bailiwick.router.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.store.Form.Pair;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Indexes by what is in the keys alone. */
final class KeyIndexTest {
    @TempDir
    Path directory;

    record Held(String role) {}

    private static final class Roles extends Schema {
        final Table<Pair<String, String>, Held> held = table("held", Form.pair(Form.text(), Form.text()), Held.class);

        Roles() {
            super("roles", 1);
        }
    }

    private static final class IndexedRoles extends Schema {
        final Table<Pair<String, String>, Held> held = table("held", Form.pair(Form.text(), Form.text()), Held.class);
        final Index<Pair<String, String>, Pair<String, String>, Held> idxHeldBySecond = held.uniqueByKey(
                "idx_held_by_second",
                Form.pair(Form.text(), Form.text()),
                key -> new Pair<>(key.second(), key.first()));

        IndexedRoles() {
            super("roles", 1);
        }

        List<String> in(Store<IndexedRoles> store, String second) {
            return store.read(tx -> idxHeldBySecond
                    .startingWith(tx, Form.text(), second)
                    .map(row -> row.key().first() + " " + row.row().role())
                    .toList());
        }
    }

    @Test
    void rowsAreFoundByAnotherComponentOfTheirKeys() {
        IndexedRoles roles = new IndexedRoles();
        try (Store<IndexedRoles> store = Store.open(directory, roles)) {
            store.writeAll(tx -> {
                roles.held.insert(tx, new Pair<>("ann", "north"), new Held("owner"));
                roles.held.insert(tx, new Pair<>("bob", "north"), new Held("guest"));
                roles.held.insert(tx, new Pair<>("ann", "south"), new Held("guest"));
            });
            assertEquals(List.of("ann owner", "bob guest"), roles.in(store, "north"));
            store.writeAll(tx -> {
                roles.held.update(tx, new Pair<>("bob", "north"), new Held("admin"));
                roles.held.delete(tx, new Pair<>("ann", "north"));
            });
            assertEquals(List.of("bob admin"), roles.in(store, "north"));
            assertEquals(List.of("ann guest"), roles.in(store, "south"));
            assertEquals(List.of(), store.check().problems());
        }
    }

    @Test
    void anIndexThatIsNewIsBuiltFromTheKeysThatAreThere() {
        Roles before = new Roles();
        try (Store<Roles> store = Store.open(directory, before)) {
            store.writeAll(tx -> before.held.insert(tx, new Pair<>("ann", "north"), new Held("owner")));
        }
        IndexedRoles roles = new IndexedRoles();
        try (Store<IndexedRoles> store = Store.open(directory, roles)) {
            assertEquals(List.of("ann owner"), roles.in(store, "north"));
            assertEquals(List.of(), store.check().problems());
        }
    }
}
