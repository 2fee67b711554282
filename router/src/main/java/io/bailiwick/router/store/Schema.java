package io.bailiwick.router.store;

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
 */
public abstract class Schema {
    /** A schema of a name and a format version: a store of a newer version is refused untouched. */
    protected Schema(String name, int version) {
        throw new UnsupportedOperationException(name + version);
    }

    /** Declares a table of rows. {@code row} is a record that Jackson can read and write. */
    protected final <K, R> Table<K, R> table(String name, Form<K> key, Class<R> row) {
        throw new UnsupportedOperationException();
    }
}
