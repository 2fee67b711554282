package io.bailiwick.router.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Everything a store remembers, on one page: a subclass declares each table and index as a field, and declaring it
 * attaches it. There is no other way to get a {@link Table}.
 *
 * <pre>{@code
 * public final class GlobalSchema extends Schema {
 *     public final Table<UUID, Organization> organizations =
 *             table("organizations", Form.uuid(), Organization.class);
 *     public final Index<String, UUID, Organization> idxOrganizationsByName =
 *             organizations.unique("idx_organizations_by_name", Form.text(), Organization::name);
 * }
 * }</pre>
 *
 * <h2>Names</h2>
 *
 * Names of tables and indexes are lower-case words joined by underscores. A name that was once used never comes back with
 * another meaning; {@link #names} lets a test compare with a list that is kept in the tree. A table that is no longer
 * declared keeps its rows, and they are exported; an index that is no longer declared is forgotten. An index that is new,
 * and every index when the version of the schema is raised, is built from the rows when the store is opened.
 *
 * <h2>Rows</h2>
 *
 * A row is a record, written as one JSON object, or in a {@link #compactTable} as the same object in CBOR:
 *
 * <ul>
 *   <li>attributes are the components in snake_case, and only they: other methods of the record are not written;
 *   <li>a component that is null is left out. Only a component marked {@code @Nullable} may be null; a missing one is null
 *       or, for a primitive, zero, unless the record's constructor says otherwise;
 *   <li>UUIDs are text, {@code Instant} is ISO 8601 text in UTC, {@code Duration} is ISO 8601 text, {@code byte[]} is
 *       Base64 text, an enum constant is its name or what its {@code @JsonValue} says;
 *   <li>at most {@value RowFormat#MAX_BYTES} bytes in all.
 * </ul>
 *
 * <p>Attributes that the record does not know, written by a later version or by hand, are kept: {@link Table#update} and
 * {@link Table#upsert} write back those of the row that they replace. A record that wants to see them, or to set them, has a
 * component {@code @JsonAnySetter @JsonAnyGetter Map<String, Object> unknown}; then what is in it is what is written. This is
 * also the way to keep unknown attributes of records inside a row.
 */
public abstract class Schema {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    private final String name;
    private final int version;
    private final List<Table<?, ?>> tables = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final Set<String> taken = new HashSet<>();
    private boolean attached;

    /**
     * A schema of a name and a format version: a store of a newer version is refused untouched.
     *
     * @param name the name, which a store keeps: a store of another schema is refused
     * @param version the version, from 1; {@link #migrate} leads from older ones. To be raised when an older release could not read what this one writes, or when
     *     the keys of an index are taken from its rows in another way
     */
    protected Schema(String name, int version) {
        if (version < 1) {
            throw new IllegalArgumentException("expected a version of at least 1, but came " + version);
        }
        this.name = checked(name);
        this.version = version;
    }

    /**
     * Declares a table of rows. {@code row} is a record that Jackson can read and write.
     *
     * @throws IllegalArgumentException when the name is not one, or is taken, or the class is no record
     * @throws IllegalStateException when a store was opened with this schema already
     */
    protected final <K, R> Table<K, R> table(String name, Form<K> key, Class<R> row) {
        return table(name, key, row, false);
    }

    /**
     * As {@link #table}, of rows that are written as CBOR, where {@code byte[]} takes the room of its bytes. Rows that are
     * JSON, as after an import, are read as well.
     */
    protected final <K, R> Table<K, R> compactTable(String name, Form<K> key, Class<R> row) {
        return table(name, key, row, true);
    }

    private <K, R> Table<K, R> table(String name, Form<K> key, Class<R> row, boolean compact) {
        claim(name);
        Table<K, R> table = new Table<>(this, name, key, new RowFormat<>(name, row, compact));
        tables.add(table);
        return table;
    }

    /** The name of the schema. */
    public final String name() {
        return name;
    }

    /** The version of the schema. */
    public final int version() {
        return version;
    }

    /** The names of all tables and indexes, in the order of their declaration. */
    public final List<String> names() {
        return List.copyOf(names);
    }

    /**
     * Brings the rows of a store that an older version wrote into the form of this one. It runs when the store is opened, after
     * the indexes were built, in the one transaction that also builds them: all of it is on disk or nothing is. Before that, the
     * store was copied as it stood ({@code docs/operations.md}).
     *
     * <p>If the process ends after the commit and before the new version is noted, it runs again at the next start: rows that
     * have the new form must be left as they are.
     *
     * @param from the version that wrote the store last, less than {@link #version}
     */
    protected void migrate(WriteTransaction tx, int from) {}

    final void claim(String wanted) {
        if (attached) {
            throw new IllegalStateException(
                    "expected tables to be declared before a store is opened, but came " + wanted + " after");
        }
        if (!taken.add(checked(wanted))) {
            throw new IllegalArgumentException(
                    "expected a name that is not taken in schema " + name + ", but came " + wanted);
        }
        names.add(wanted);
    }

    final List<Table<?, ?>> attach() {
        attached = true;
        return List.copyOf(tables);
    }

    final ByteTransaction bytes(ReadTransaction transaction) {
        return transaction instanceof WriteTransaction write
                ? write.bytes(this)
                : ((SnapshotTransaction) transaction).bytes(this);
    }

    static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "expected a name of a-z, 0-9 and _ that begins with a letter, at most 64 long, but came " + name);
        }
        return name;
    }
}
