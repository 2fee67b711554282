package io.bailiwick.router.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.bailiwick.router.store.Form.Component;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    /** Tokens, and no mapper: to make one takes a process that starts longer than to open a small store. */
    private static final JsonFactory JSON = new JsonFactory();

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

        private void write(JsonGenerator json) throws IOException {
            json.writeStartObject();
            json.writeStringField("name", name);
            json.writeArrayFieldStart("key");
            for (String component : key) {
                json.writeString(component);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("indexes");
            for (Space index : indexes) {
                index.write(json);
            }
            json.writeEndArray();
            json.writeEndObject();
        }

        private static Space of(Map<?, ?> json) throws IOException {
            List<String> key = new ArrayList<>();
            for (Object component : required(json, "key", List.class)) {
                key.add(String.valueOf(component));
            }
            return new Space(required(json, "name", String.class), key, spaces(json, "indexes"));
        }

        private static List<Space> spaces(Map<?, ?> json, String name) throws IOException {
            List<Space> spaces = new ArrayList<>();
            for (Object space : required(json, name, List.class)) {
                spaces.add(of(space instanceof Map<?, ?> map ? map : Map.of()));
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
        byte[] manifest = json(json -> {
            json.writeNumberField("format", format);
            json.writeStringField("id", id);
            json.writeStringField("schema", schema);
            json.writeNumberField("schemaVersion", schemaVersion);
            json.writeNumberField("epoch", epoch);
            json.writeArrayFieldStart("tables");
            for (Space table : tables) {
                table.write(json);
            }
            json.writeEndArray();
        });
        String text = HEAD + new String(manifest, StandardCharsets.UTF_8) + MIDDLE + crc(manifest) + TAIL;
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What is in a JSON object. */
    @FunctionalInterface
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    /** A JSON object. */
    static byte[] json(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("expected texts and numbers to have JSON", e);
        }
        return bytes.toByteArray();
    }

    /**
     * What is in a JSON object: texts, whole numbers, other maps and lists; null for whatever else there is.
     *
     * @throws IOException when the bytes are none
     */
    static Map<String, @Nullable Object> object(byte[] bytes) throws IOException {
        try (JsonParser json = JSON.createParser(bytes)) {
            json.nextToken();
            if (value(json) instanceof Map<?, ?> map) {
                Map<String, @Nullable Object> object = new LinkedHashMap<>();
                map.forEach((name, value) -> object.put((String) name, value));
                return object;
            }
        }
        throw new IOException("expected a JSON object, but found something else");
    }

    private static @Nullable Object value(JsonParser json) throws IOException {
        JsonToken token = json.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                map.put(name, value(json));
            }
            return map;
        }
        if (token == JsonToken.START_ARRAY) {
            List<@Nullable Object> list = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                list.add(value(json));
            }
            return list;
        }
        if (token == JsonToken.VALUE_NUMBER_INT) {
            return json.getLongValue();
        }
        return token == JsonToken.VALUE_STRING ? json.getText() : null;
    }

    private static <T> T required(Map<?, ?> json, String name, Class<T> type) throws IOException {
        Object value = json.get(name);
        if (!type.isInstance(value)) {
            throw new IOException("expected as " + name + " a " + type.getSimpleName() + ", but found "
                    + (value == null ? "nothing" : value.getClass().getSimpleName()));
        }
        return type.cast(value);
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
            Map<String, @Nullable Object> json = object(inner);
            int format = Math.toIntExact(required(json, "format", Long.class));
            if (format > FORMAT) {
                throw new NewerStoreException(
                        "expected a store of format " + FORMAT + " or less, but found " + format + " in " + where);
            }
            return new Manifest(
                    format,
                    required(json, "id", String.class),
                    required(json, "schema", String.class),
                    Math.toIntExact(required(json, "schemaVersion", Long.class)),
                    required(json, "epoch", Long.class),
                    Space.spaces(json, "tables"));
        } catch (IOException e) {
            throw new CorruptStoreException("expected a manifest in " + where + ", but found other JSON", e);
        }
    }

    private static String crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.wrap(bytes));
        return HexFormat.of().toHexDigits(crc.getValue(), 8);
    }
}
