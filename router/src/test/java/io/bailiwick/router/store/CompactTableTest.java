package io.bailiwick.router.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows as CBOR: the same for whoever reads and exports them, and smaller where there are bytes. */
class CompactTableTest {
    @TempDir
    Path directory;

    @SuppressWarnings("ArrayRecordComponent")
    record Chart(String name, byte[] drawing) {}

    static final class Charts extends Schema {
        final Table<Long, Chart> charts = compactTable("charts", Form.integer(), Chart.class);

        Charts() {
            super("charts", 1);
        }
    }

    private final byte[] drawing = new byte[3_000];

    private Chart chart(Store<Charts> store) {
        return store.read(tx -> store.schema().charts.get(tx, 1L)).orElseThrow();
    }

    @Test
    void bytesComeBackAndTakeTheirOwnRoomOnly() {
        new Random(1).nextBytes(drawing);
        try (Store<Charts> store = Store.open(directory.resolve("store"), new Charts())) {
            store.writeAll(tx -> store.schema().charts.insert(tx, 1L, new Chart("harbour", drawing)));
            assertEquals("harbour", chart(store).name());
            assertArrayEquals(drawing, chart(store).drawing());
            int length = store.read(tx ->
                    store.schema().charts.bytes(tx).get("charts", Form.integer().bytes(1L)).length);
            assertTrue(length < drawing.length + 40, length + " bytes");
        }
    }

    @Test
    void anExportHasThemAsJsonAndAnImportOfItIsRead() throws Exception {
        drawing[0] = 1;
        ByteArrayOutputStream export = new ByteArrayOutputStream();
        try (Store<Charts> store = Store.open(directory.resolve("store"), new Charts())) {
            store.writeAll(tx -> store.schema().charts.insert(tx, 1L, new Chart("harbour", new byte[] {1, 2, 3})));
            store.export(export);
        }
        String text = export.toString(StandardCharsets.UTF_8);
        assertTrue(
                text.contains("{\"table\":\"charts\",\"key\":[1],\"row\":{\"name\":\"harbour\",\"drawing\":\"AQID\"}}"),
                text);
        Store.importInto(directory.resolve("other"), new ByteArrayInputStream(export.toByteArray()));
        try (Store<Charts> store = Store.open(directory.resolve("other"), new Charts())) {
            assertArrayEquals(new byte[] {1, 2, 3}, chart(store).drawing());
            store.writeAll(tx -> store.schema().charts.update(tx, 1L, new Chart("bay", drawing)));
            assertArrayEquals(drawing, chart(store).drawing());
            assertTrue(store.check().problems().isEmpty());
        }
    }

    @Test
    void attributesThatTheRecordDoesNotKnowAreKept() {
        try (Store<Charts> store = Store.open(directory.resolve("store"), new Charts())) {
            byte[] key = Form.integer().bytes(1L);
            byte[] row =
                    "{\"name\":\"harbour\",\"drawing\":\"AQID\",\"cf_later\":[1.10]}".getBytes(StandardCharsets.UTF_8);
            store.writeAll(tx -> store.schema().charts.bytes(tx).put("charts", key, row));
            store.writeAll(tx -> store.schema().charts.update(tx, 1L, new Chart("bay", drawing)));
            store.writeAll(tx -> store.schema().charts.update(tx, 1L, new Chart("cape", new byte[] {7})));
            String now = store.read(tx -> {
                try {
                    return new String(
                            RowFormat.json(store.schema().charts.bytes(tx).get("charts", key)), StandardCharsets.UTF_8);
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertEquals("{\"name\":\"cape\",\"drawing\":\"Bw==\",\"cf_later\":[1.10]}", now);
        }
    }
}
