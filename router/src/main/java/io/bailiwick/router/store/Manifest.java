package io.bailiwick.router.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bailiwick.router.store.Form.Component;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;

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

        List<Component> components() {
            return key.stream()
                    .map(component -> Component.valueOf(component.toUpperCase(Locale.ROOT)))
                    .toList();
        }
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
            byte[] manifest = JSON.writeValueAsBytes(this);
            String text = HEAD + new String(manifest, StandardCharsets.UTF_8) + MIDDLE + crc(manifest) + TAIL;
            return text.getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("expected a manifest to have JSON", e);
        }
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
            int format = JSON.readTree(inner).path("format").asInt();
            if (format > FORMAT) {
                throw new NewerStoreException(
                        "expected a store of format " + FORMAT + " or less, but found " + format + " in " + where);
            }
            return JSON.readValue(inner, Manifest.class);
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
