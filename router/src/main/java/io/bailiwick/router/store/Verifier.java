package io.bailiwick.router.store;

import io.bailiwick.router.store.Engine.Digest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole store and collects what is wrong: checksums, order of keys, counts and sums of marks, index entries that
 * name no row. With the schema at hand also rows that an index should have and has not.
 */
final class Verifier {
    private final ByteTransaction bytes;
    private final List<String> problems = new ArrayList<>();
    private final Set<String> reported = new HashSet<>();
    private long rows;

    Verifier(ByteTransaction bytes) {
        this.bytes = bytes;
    }

    /**
     * Checks tables and indexes, all but those named, each for itself: that they are as they were written, and that each entry
     * is found by its key. A walk comes by damage that hides rows from whoever asks for one.
     */
    Verifier spaces(List<Manifest.Space> tables, Set<String> except) {
        verify(Engine.META, null);
        for (Manifest.Space table : tables) {
            rows += verify(table.name(), null);
            for (Manifest.Space index : table.indexes()) {
                if (!except.contains(index.name())) {
                    verify(index.name(), null);
                }
            }
        }
        return this;
    }

    /**
     * Checks the same of all tables and indexes, and that no index names a row that is not there. Takes twice as long.
     */
    Verifier tables(List<Manifest.Space> tables) {
        verify(Engine.META, null);
        for (Manifest.Space table : tables) {
            rows += verify(table.name(), null);
            table.indexes().forEach(index -> verify(index.name(), table.name()));
        }
        return this;
    }

    /** Checks that the log holds every commit that was acknowledged. */
    Verifier commits(long acknowledged) {
        try {
            long found = Engine.commits(bytes);
            if (found < acknowledged) {
                problem("expected " + acknowledged + " commits in the log, as many were acknowledged, but found "
                        + found);
            }
        } catch (CorruptStoreException e) {
            problem(e);
        }
        return this;
    }

    /** Checks that each row of a table can be read and is in each index under its key, and nothing else is. */
    <K, R> Verifier indexes(Table<K, R> table) {
        List<Index<?, K, R>> indexes = table.indexes();
        long[] entries = new long[indexes.size()];
        try {
            Scan scan = bytes.scan(table.name(), null, null, false);
            for (Scan.Entry entry = scan.next(); entry != null; entry = scan.next()) {
                R row = table.row(entry.key(), entry.value());
                for (int i = 0; i < entries.length; i++) {
                    entries[i] += indexed(indexes.get(i), row, entry.key()) ? 1 : 0;
                }
            }
            for (int i = 0; i < entries.length; i++) {
                long found = bytes.count(indexes.get(i).name());
                if (found != entries[i]) {
                    problem("expected " + entries[i] + " entries in "
                            + indexes.get(i).name() + ", but found " + found);
                }
            }
        } catch (CorruptStoreException | IllegalStateException e) {
            problem(e);
        }
        return this;
    }

    private <R> boolean indexed(Index<?, ?, R> index, R row, byte[] key) {
        byte[] entry = index.entry(key, row);
        if (!index.holds(bytes, entry, key)) {
            problem("expected " + index.name() + " to name the row " + Envelope.shown(key) + ", but it does not");
        }
        return entry != null;
    }

    StoreReport report(Manifest manifest) {
        return new StoreReport(
                manifest.schema(), manifest.schemaVersion(), manifest.tables().size(), rows, problems);
    }

    /** @throws CorruptStoreException when there is a problem */
    void requireSound(String where) {
        if (!problems.isEmpty()) {
            String more = problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more problems)";
            throw new CorruptStoreException("in " + where + ": " + problems.get(0) + more);
        }
    }

    /**
     * Walks through a space.
     *
     * @param table the table whose rows it names, if it is an index that is to be compared with it
     */
    private long verify(String space, @Nullable String table) {
        Digest found = Digest.EMPTY;
        try {
            Scan scan = bytes.scan(space, null, null, false);
            Scan.Entry entry;
            while ((entry = next(scan)) != null) {
                found = found.plus(Envelope.mark(entry.sealed()));
                // What leads to it may be damaged where a walk does not come by.
                if (bytes.get(space, entry.key()) == null) {
                    problem("expected " + space + " to find " + Envelope.shown(entry.key())
                            + ", which it has, but it does not");
                }
                if (table != null && bytes.get(table, entry.value()) == null) {
                    problem("expected the row " + Envelope.shown(entry.value()) + " in " + table + ", which " + space
                            + " names, but found none");
                }
            }
            if (!space.equals(Engine.META)) {
                bytes.count(space);
                if (!bytes.digest(space).equals(found)) {
                    problem("expected in " + space + " the "
                            + bytes.digest(space).count() + " entries that were written, but found " + found.count()
                            + ", not all the same");
                }
            }
        } catch (CorruptStoreException e) {
            problem(e);
        }
        return found.count();
    }

    // A damaged value can be stepped over; where the engine itself cannot go on, the walk ends.
    private Scan.@Nullable Entry next(Scan scan) {
        while (true) {
            long seen = scan.seen();
            try {
                return scan.next();
            } catch (CorruptStoreException e) {
                if (scan.seen() == seen || problems.size() >= StoreReport.MAX_PROBLEMS) {
                    throw e;
                }
                problem(e);
            }
        }
    }

    private void problem(RuntimeException e) {
        problem(String.valueOf(e.getMessage()));
    }

    private void problem(String text) {
        if (problems.size() < StoreReport.MAX_PROBLEMS && reported.add(text)) {
            problems.add(text);
        }
    }
}
