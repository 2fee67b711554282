package io.bailiwick.router.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SchemaTest {
    private record Row(String name) {}

    private static final class Free extends Schema {
        Free(String name, int version) {
            super(name, version);
        }

        Table<Long, Row> declare(String name) {
            return table(name, Form.integer(), Row.class);
        }
    }

    @Test
    void namesAreListedInTheOrderOfTheirDeclaration() {
        assertEquals(
                List.of("ships", "idx_ships_by_name", "idx_ships_by_pubkey", "idx_ships_by_built", "crew", "log"),
                new FleetSchema().names());
    }

    @Test
    void aNameThatIsTakenIsRefused() {
        Free schema = new Free("free", 1);
        Table<Long, Row> one = schema.declare("one");
        assertThrows(IllegalArgumentException.class, () -> schema.declare("one"));
        assertThrows(IllegalArgumentException.class, () -> one.unique("one", Form.text(), Row::name));
        one.unique("two", Form.text(), Row::name);
        assertThrows(IllegalArgumentException.class, () -> one.uniqueWhenPresent("two", Form.text(), Row::name));
    }

    @Test
    void aNameThatIsNoneIsRefused() {
        Free schema = new Free("free", 1);
        for (String name : List.of("", "Upper", "1st", "a-b", "#meta", "a".repeat(65))) {
            assertThrows(IllegalArgumentException.class, () -> schema.declare(name), name);
        }
        assertThrows(IllegalArgumentException.class, () -> new Free("No", 1));
        assertThrows(IllegalArgumentException.class, () -> new Free("no", 0));
    }

    @Test
    void aTableDeclaredAfterOpeningIsRefused(@TempDir Path directory) {
        Free schema = new Free("free", 1);
        Table<Long, Row> one = schema.declare("one");
        try (Store<Free> store = Store.open(directory, schema)) {
            assertEquals(schema, store.schema());
            assertThrows(IllegalStateException.class, () -> schema.declare("late"));
            assertThrows(IllegalStateException.class, () -> one.unique("late", Form.text(), Row::name));
        }
    }
}
