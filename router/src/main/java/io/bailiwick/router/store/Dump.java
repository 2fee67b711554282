package io.bailiwick.router.store;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bailiwick.router.store.Form.Component;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The neutral format of a store: lines of JSON, a header, a line per row, a trailer with the count and a SHA-256 of all
 * that went before. {@code docs/store-format.md} describes it for others.
 */
final class Dump {
    static final String FORMAT = "bailiwick-store";
    static final int VERSION = 1;

    // A row, its key with every byte written as an escape, and the names around them.
    private static final int MAX_LINE = RowFormat.MAX_BYTES + 6 * Form.MAX_BYTES + 4096;
    private static final int ROWS_PER_COMMIT = 1000;

    private final MessageDigest digest = sha256();

    private Dump() {}

    /** Writes all rows; does not close the stream. */
    static void export(ByteTransaction bytes, Manifest manifest, OutputStream to) throws IOException {
        OutputStream out = new BufferedOutputStream(to, 1 << 16);
        Dump dump = new Dump();
        ObjectNode header = RowFormat.json()
                .createObjectNode()
                .put("format", FORMAT)
                .put("version", VERSION)
                .put("schema", manifest.schema())
                .put("schema_version", manifest.schemaVersion())
                .put("exported_at", Instant.now().toString());
        ArrayNode tables = header.putArray("tables");
        for (Manifest.Space table : manifest.tables()) {
            ArrayNode key = tables.addObject().put("name", table.name()).putArray("key");
            table.key().forEach(key::add);
        }
        dump.line(out, RowFormat.json().writeValueAsBytes(header));
        long rows = 0;
        for (Manifest.Space table : manifest.tables()) {
            List<Component> components = table.components();
            Scan scan = bytes.scan(table.name(), null, null, false);
            for (Scan.Entry entry = scan.next(); entry != null; entry = scan.next()) {
                dump.line(out, row(table.name(), components, entry));
                rows++;
            }
        }
        ObjectNode trailer =
                RowFormat.json().createObjectNode().put("rows", rows).put("sha256", dump.sum());
        dump.line(out, RowFormat.json().writeValueAsBytes(trailer));
        out.flush();
    }

    private static byte[] row(String table, List<Component> components, Scan.Entry entry) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (JsonGenerator json = RowFormat.json().createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("table", table);
            json.writeArrayFieldStart("key");
            for (Object value : Form.values(components, entry.key())) {
                if (value instanceof Long number) {
                    json.writeNumber(number);
                } else {
                    json.writeString(value.toString());
                }
            }
            json.writeEndArray();
            json.writeFieldName("row");
            json.writeRawValue(new String(RowFormat.json(entry.value()), StandardCharsets.UTF_8));
            json.writeEndObject();
        }
        return line.toByteArray();
    }

    private void line(OutputStream out, byte[] line) throws IOException {
        out.write(line);
        out.write('\n');
        take(line);
    }

    private void take(byte[] line) {
        digest.update(line);
        digest.update((byte) '\n');
    }

    private String sum() {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** What an import makes of the header: where the rows go. */
    interface Target {
        /** Makes the tables that the header names. */
        void begin(Manifest manifest);

        /** Writes some rows durably. */
        void write(List<ImportedRow> rows);
    }

    /** A row of an import as it will stand in the store. */
    static final class ImportedRow {
        private final String table;
        private final byte[] key;
        private final byte[] row;

        ImportedRow(String table, byte[] key, byte[] row) {
            this.table = table;
            this.key = key;
            this.row = row;
        }

        /** @throws IllegalArgumentException when the key was in the import before */
        void insert(ByteTransaction bytes) {
            if (bytes.get(table, key) != null) {
                throw new IllegalArgumentException(
                        "expected each key once, but " + Envelope.shown(key) + " of " + table + " came twice");
            }
            bytes.put(table, key, row);
        }
    }

    /**
     * Reads an export to its end.
     *
     * @throws IllegalArgumentException when it is not one, is cut short or was changed
     */
    static void importInto(InputStream from, String id, Target target) throws IOException {
        new Dump().read(new BufferedInputStream(from, 1 << 16), id, target);
    }

    private void read(InputStream in, String id, Target target) throws IOException {
        byte[] line = next(in);
        if (line == null) {
            throw new IllegalArgumentException("expected an export of a store, but found nothing");
        }
        take(line);
        Manifest manifest = header(parsed(line, 1), id);
        target.begin(manifest);
        List<ImportedRow> rows = new ArrayList<>();
        long count = 0;
        while ((line = next(in)) != null) {
            JsonNode node = parsed(line, count + 2);
            if (node.has("sha256")) {
                target.write(rows);
                requireTrailer(node, count);
                if (next(in) != null) {
                    throw new IllegalArgumentException("expected nothing after the trailer, but found another line");
                }
                return;
            }
            take(line);
            rows.add(imported(node, manifest, count + 2));
            count++;
            if (rows.size() == ROWS_PER_COMMIT) {
                target.write(rows);
                rows.clear();
            }
        }
        throw new IllegalArgumentException("expected a trailer after " + count + " rows, but the export ends");
    }

    private static Manifest header(JsonNode header, String id) {
        if (!header.path("format").asText().equals(FORMAT)
                || header.path("version").asInt() != VERSION) {
            throw new IllegalArgumentException("expected format " + FORMAT + " version " + VERSION + ", but found "
                    + header.path("format").asText() + " version "
                    + header.path("version").asText());
        }
        List<Manifest.Space> tables = new ArrayList<>();
        for (JsonNode table : header.path("tables")) {
            List<String> key = new ArrayList<>();
            table.path("key").forEach(component -> key.add(component.asText()));
            Manifest.Space space =
                    new Manifest.Space(Schema.checked(table.path("name").asText()), key, List.of());
            if (space.components().isEmpty()) {
                throw new IllegalArgumentException("expected a key of at least one component for " + space.name());
            }
            tables.add(space);
        }
        int version = header.path("schema_version").asInt();
        if (version < 1) {
            throw new IllegalArgumentException("expected a schema_version of at least 1, but found " + version);
        }
        // No indexes: opening the store with its schema builds them.
        return new Manifest(
                Manifest.FORMAT, id, Schema.checked(header.path("schema").asText()), version, 1, tables);
    }

    private static ImportedRow imported(JsonNode node, Manifest manifest, long line) throws IOException {
        String name = node.path("table").asText();
        Manifest.Space table = manifest.table(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "expected in line " + line + " a table of the header, but found " + name));
        List<Component> components = table.components();
        JsonNode key = node.path("key");
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < components.size() && key.size() == components.size(); i++) {
            Object value = value(components.get(i), key.get(i));
            if (value != null) {
                values.add(value);
            }
        }
        JsonNode row = node.path("row");
        if (values.size() != components.size() || !row.isObject()) {
            throw new IllegalArgumentException(
                    "expected in line " + line + " a key of " + components + " and a row, but found others");
        }
        byte[] bytes = RowFormat.json().writeValueAsBytes(row);
        if (bytes.length > RowFormat.MAX_BYTES) {
            throw new IllegalArgumentException("expected in line " + line + " a row of at most " + RowFormat.MAX_BYTES
                    + " bytes, but found " + bytes.length);
        }
        return new ImportedRow(name, Form.bytes(components, values), bytes);
    }

    private static @Nullable Object value(Component component, JsonNode node) {
        return switch (component) {
            case UUID -> node.isTextual() ? UUID.fromString(node.textValue()) : null;
            case TEXT -> node.textValue();
            case INTEGER -> node.isIntegralNumber() && node.canConvertToLong() ? node.longValue() : null;
        };
    }

    private void requireTrailer(JsonNode trailer, long rows) {
        String found = sum();
        if (trailer.path("rows").asLong(-1) != rows
                || !trailer.path("sha256").asText().equals(found)) {
            throw new IllegalArgumentException("expected " + trailer.path("rows") + " rows with sha256 "
                    + trailer.path("sha256").asText() + ", but found " + rows + " with " + found);
        }
    }

    private static JsonNode parsed(byte[] line, long number) {
        try {
            return RowFormat.json().readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("expected JSON in line " + number + ", but found other text");
        } catch (IOException e) {
            throw new IllegalArgumentException("expected JSON in line " + number + ", but it cannot be read", e);
        }
    }

    private static byte @Nullable [] next(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                return line.toByteArray();
            }
            if (line.size() == MAX_LINE) {
                throw new IllegalArgumentException(
                        "expected lines of at most " + MAX_LINE + " bytes, but found a longer");
            }
            line.write(b);
        }
        if (line.size() > 0) {
            throw new IllegalArgumentException("expected a line feed after the last line, but the export ends");
        }
        return null;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected every JDK to have SHA-256", e);
        }
    }
}
