package io.bailiwick.router.store;

import static io.bailiwick.router.store.FleetSchema.oid;
import static io.bailiwick.router.store.FleetSchema.ship;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bailiwick.router.store.FleetSchema.Crew;
import io.bailiwick.router.store.Form.Pair;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DumpTest {
    @TempDir
    Path parent;

    private Path directory;
    private Path other;

    @BeforeEach
    void fill() {
        directory = parent.resolve("store");
        other = parent.resolve("other");
        FleetSchema fleet = new FleetSchema(4);
        try (Store<FleetSchema> store = Store.open(directory, fleet)) {
            store.writeAll(tx -> {
                for (int i = 0; i < 2500; i++) {
                    fleet.ships.insert(tx, oid(i), ship(i).keyed(i % 2 == 0 ? null : "k" + i));
                }
                fleet.crew.insert(tx, new Pair<>(oid(1), "ann\0\n\"ö"), new Crew("mate"));
                byte[] row = "{\"rank\":\"cook\",\"cf_later\":{\"n\":1.10}}".getBytes(StandardCharsets.UTF_8);
                byte[] key = Form.pair(Form.uuid(), Form.text()).bytes(new Pair<>(oid(2), ""));
                fleet.crew.bytes(tx).put("crew", key, row);
            });
        }
    }

    @Test
    void anExportIsWhatTheFormatSays() throws Exception {
        String text = new String(export(directory), StandardCharsets.UTF_8);
        List<String> lines = List.of(text.split("\n"));
        JsonMapper json = new JsonMapper();
        JsonNode header = json.readTree(lines.get(0));
        assertEquals("bailiwick-store", header.get("format").asText());
        assertEquals(1, header.get("version").asInt());
        assertEquals("fleet", header.get("schema").asText());
        assertEquals(4, header.get("schema_version").asInt());
        assertTrue(header.get("exported_at").asText().endsWith("Z"));
        assertEquals(
                "{\"name\":\"crew\",\"key\":[\"uuid\",\"text\"]}",
                header.get("tables").get(1).toString());
        assertEquals(
                "{\"table\":\"ships\",\"key\":[\"01234567-89ab-cdef-0000-000000000000\"],\"row\":"
                        + "{\"oid\":\"01234567-89ab-cdef-0000-000000000000\",\"name\":\"ship 0\",\"built\":1900}}",
                lines.get(1));
        assertTrue(lines.contains("{\"table\":\"crew\",\"key\":[\"01234567-89ab-cdef-0000-000000000002\",\"\"],"
                + "\"row\":{\"rank\":\"cook\",\"cf_later\":{\"n\":1.10}}}"));
        String trailer = lines.get(lines.size() - 1);
        String before = text.substring(0, text.length() - trailer.length() - 1);
        String sum = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(before.getBytes(StandardCharsets.UTF_8)));
        assertEquals("{\"rows\":2502,\"sha256\":\"" + sum + "\"}", trailer);
    }

    @Test
    void anImportedStoreHasTheSameRowsAndItsIndexes() throws IOException {
        byte[] exported = export(directory);
        Files.createDirectory(other);
        Store.importInto(other, new ByteArrayInputStream(exported));
        assertEquals(List.of(), Store.check(other).problems());
        assertEquals(rows(exported), rows(export(other)));
        try (Store<FleetSchema> store = Store.open(other, new FleetSchema(4))) {
            FleetSchema fleet = store.schema();
            assertEquals(2500L, store.<Long>read(tx -> fleet.ships.count(tx)));
            assertEquals(Optional.of(ship(7).keyed("k7")), store.read(tx -> fleet.idxShipsByPubkey.get(tx, "k7")));
            assertEquals(List.of(), store.check().problems());
            store.writeAll(tx -> fleet.crew.update(tx, new Pair<>(oid(2), ""), new Crew("mate")));
        }
        assertTrue(rows(export(other)).contains("{\"rank\":\"mate\",\"cf_later\":{\"n\":1.10}}"));
        assertThrows(NewerStoreException.class, () -> Store.open(other, new FleetSchema(3), Duration.ZERO));
    }

    @Test
    void aRunningStoreExportsTheSame() throws IOException {
        byte[] exported = export(directory);
        try (Store<FleetSchema> store = Store.open(directory, new FleetSchema(4))) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.export(out);
            assertEquals(rows(exported), rows(out.toByteArray()));
        }
    }

    @Test
    void aDirectoryThatIsNotEmptyIsRefused() throws IOException {
        byte[] exported = export(directory);
        StoreFiles.Snapshot before = StoreFiles.snapshot(directory);
        assertThrows(
                IllegalArgumentException.class, () -> Store.importInto(directory, new ByteArrayInputStream(exported)));
        assertEquals(before, StoreFiles.snapshot(directory));
    }

    @Test
    void anExportThatWasCutOrChangedLeavesNothingBehind() throws IOException {
        byte[] exported = export(directory);
        Random random = new Random(20261121);
        for (int i = 0; i < 25; i++) {
            byte[] cut = Arrays.copyOf(exported, i == 0 ? exported.length - 1 : random.nextInt(exported.length));
            refused(cut);
            byte[] changed = exported.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            refused(changed);
        }
        byte[] more = Arrays.copyOf(exported, exported.length + 1);
        more[exported.length] = '\n';
        refused(more);
        refused(new byte[0]);
    }

    @Test
    void anExportOfADamagedStoreFailsAndHasNoTrailer() throws IOException {
        Path log = StoreFiles.list(directory).stream()
                .filter(file -> file.toString().endsWith(".xd"))
                .findFirst()
                .orElseThrow();
        byte[] bytes = Files.readAllBytes(log);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        bytes[text.lastIndexOf("ship 1234\"")] = 'S';
        Files.write(log, bytes);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThrows(CorruptStoreException.class, () -> Store.export(directory, out));
        assertFalse(out.toString(StandardCharsets.UTF_8).contains("sha256"));
    }

    @Test
    void whatIsNoStoreIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Store.check(other));
        assertThrows(IllegalArgumentException.class, () -> Store.check(parent));
        assertThrows(IllegalArgumentException.class, () -> Store.export(other, new ByteArrayOutputStream()));
        assertFalse(Files.exists(other));
        assertFalse(Files.exists(parent.resolve(StoreDirectory.IDENTITY)));
    }

    private void refused(byte[] export) throws IOException {
        assertThrows(IllegalArgumentException.class, () -> Store.importInto(other, new ByteArrayInputStream(export)));
        assertEquals(List.of(directory), StoreFiles.list(parent));
    }

    private static byte[] export(Path directory) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Store.export(directory, out);
        return out.toByteArray();
    }

    /** All but the header, which has the time, and the trailer, which has its sum. */
    private static String rows(byte[] export) {
        String text = new String(export, StandardCharsets.UTF_8);
        return text.substring(text.indexOf('\n'), text.lastIndexOf("{\"rows\""));
    }
}
