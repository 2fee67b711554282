package io.bailiwick.router.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bailiwick.router.store.Form.Component;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What the file {@code store.json} says of a store, so that it can be refused, exported and checked by one who does not
 * know its schema. The file is one JSON object of the manifest and a CRC32C over the manifest's bytes.
 *
 * @param format the version of everything below the rows: files, envelopes, keys
 * @param id the identity of the store, the same as in the file that is locked
 * @param schema the name of the schema
 * @param schemaVersion the version of the schema that wrote the store last
 * @param epoch how many times the store was opened; a process that finds another than its own has lost the store
 * @param tables the tables, those that the schema no longer knows included
 */
record Manifest(int format, String id, String schema, int schemaVersion, long epoch, List<Space> tables) {
    static final int FORMAT = 1;

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String HEAD = "{\"store\":";
    private static final String MIDDLE = ",\"crc32c\":\"";
    private static final String TAIL = "\"}\n";

    Manifest {
        tables = List.copyOf(tables);
    }

    /**
     * A table or an index: its name, and the names of the components of its key.
     *
     * @param indexes the indexes of a table; none for an index
     */
    record Space(String name, List<String> key, List<Space> indexes) {
        Space {
            key = List.copyOf(key);
            indexes = List.copyOf(indexes);
        }

        static Space of(String name, Form<?> form, List<Space> indexes) {
            return new Space(
                    name, form.components().stream().map(Component::toString).toList(), indexes);
        }

        // By hand, as below: what a record has by itself is made when it is first needed, which takes longer than the
        // opening of a small store.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Space that
                    && name.equals(that.name)
                    && key.equals(that.key)
                    && indexes.equals(that.indexes);
        }

        @Override
        public int hashCode() {
            return 31 * name.hashCode() + key.hashCode();
        }

        private ObjectNode json() {
            ObjectNode json = JSON.createObjectNode().put("name", name);
            ArrayNode components = json.putArray("key");
            key.forEach(components::add);
            ArrayNode array = json.putArray("indexes");
            indexes.forEach(index -> array.add(index.json()));
            return json;
        }

        private static Space of(JsonNode json) throws IOException {
            List<String> key = new ArrayList<>();
            for (JsonNode component : required(json, "key", JsonNodeType.ARRAY)) {
                key.add(component.asText());
            }
            return new Space(required(json, "name", JsonNodeType.STRING).asText(), key, spaces(json, "indexes"));
        }

        private static List<Space> spaces(JsonNode json, String name) throws IOException {
            List<Space> spaces = new ArrayList<>();
            for (JsonNode space : required(json, name, JsonNodeType.ARRAY)) {
                spaces.add(of(space));
            }
            return spaces;
        }

        List<Component> components() {
            return key.stream()
                    .map(component -> Component.valueOf(component.toUpperCase(Locale.ROOT)))
                    .toList();
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Manifest that
                && format == that.format
                && schemaVersion == that.schemaVersion
                && epoch == that.epoch
                && id.equals(that.id)
                && schema.equals(that.schema)
                && tables.equals(that.tables);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, epoch);
    }

    Manifest withEpoch(long next) {
        return new Manifest(format, id, schema, schemaVersion, next, tables);
    }

    Manifest with(int version, List<Space> described) {
        return new Manifest(format, id, schema, version, epoch, described);
    }

    Optional<Space> table(String name) {
        return tables.stream().filter(table -> table.name().equals(name)).findFirst();
    }

    /** The names of all spaces: tables, indexes, and the engine's own. */
    Set<String> spaces() {
        Set<String> names = new LinkedHashSet<>();
        names.add(Engine.META);
        for (Space table : tables) {
            names.add(table.name());
            table.indexes().forEach(index -> names.add(index.name()));
        }
        return names;
    }

    byte[] bytes() {
        try {
            byte[] manifest = JSON.writeValueAsBytes(json());
            String text = HEAD + new String(manifest, StandardCharsets.UTF_8) + MIDDLE + crc(manifest) + TAIL;
            return text.getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("expected a manifest to have JSON", e);
        }
    }

    private ObjectNode json() {
        ObjectNode json = JSON.createObjectNode()
                .put("format", format)
                .put("id", id)
                .put("schema", schema)
                .put("schemaVersion", schemaVersion)
                .put("epoch", epoch);
        ArrayNode array = json.putArray("tables");
        tables.forEach(table -> array.add(table.json()));
        return json;
    }

    private static JsonNode required(JsonNode json, String name, JsonNodeType type) throws IOException {
        JsonNode value = json.path(name);
        if (value.getNodeType() != type) {
            throw new IOException(
                    "expected as " + name + " a value of type " + type + ", but found " + value.getNodeType());
        }
        return value;
    }

    /**
     * The manifest in these bytes.
     *
     * @throws CorruptStoreException when the checksum does not hold
     * @throws NewerStoreException when a later format wrote it
     */
    static Manifest of(byte[] bytes, String where) {
        int overhead = HEAD.length() + MIDDLE.length() + 8 + TAIL.length();
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int length = bytes.length - overhead;
        if (length < 0) {
            throw new CorruptStoreException(
                    "expected a manifest in " + where + ", but found " + bytes.length + " bytes");
        }
        String manifest = text.substring(HEAD.length(), HEAD.length() + length);
        byte[] inner = manifest.getBytes(StandardCharsets.ISO_8859_1);
        if (!text.equals(HEAD + manifest + MIDDLE + crc(inner) + TAIL)) {
            throw new CorruptStoreException(
                    "expected in " + where + " a manifest with checksum " + crc(inner) + ", but found another");
        }
        try {
            JsonNode json = JSON.readTree(inner);
            int format = json.path("format").asInt();
            if (format > FORMAT) {
                throw new NewerStoreException(
                        "expected a store of format " + FORMAT + " or less, but found " + format + " in " + where);
            }
            return new Manifest(
                    format,
                    required(json, "id", JsonNodeType.STRING).asText(),
                    required(json, "schema", JsonNodeType.STRING).asText(),
                    required(json, "schemaVersion", JsonNodeType.NUMBER).asInt(),
                    required(json, "epoch", JsonNodeType.NUMBER).asLong(),
                    Space.spaces(json, "tables"));
        } catch (IOException e) {
            throw new CorruptStoreException("expected a manifest in " + where + ", but found other JSON", e);
        }
    }

    private static String crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.wrap(bytes));
        return String.format("%08x", crc.getValue());
    }
}
