package io.bailiwick.router.store;

import java.util.List;

/**
 * What a check of a store found.
 *
 * @param schema the name of the schema that wrote the store
 * @param version the version of that schema
 * @param tables how many tables there are
 * @param rows how many rows could be read and hold their checksums, in all tables
 * @param problems what is wrong, in words, each naming table and key where there is one; the first
 *     {@value #MAX_PROBLEMS} of them
 */
public record StoreReport(String schema, int version, int tables, long rows, List<String> problems) {
    /** The most problems that a report lists. */
    public static final int MAX_PROBLEMS = 1000;

    /** A report. */
    public StoreReport {
        problems = List.copyOf(problems);
    }

    /** Whether everything is as it was written. */
    public boolean sound() {
        return problems.isEmpty();
    }
}
