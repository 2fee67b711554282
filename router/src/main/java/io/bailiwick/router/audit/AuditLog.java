package io.bailiwick.router.audit;

import io.bailiwick.router.store.CorruptStoreException;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Table;
import io.bailiwick.router.store.Table.Row;
import io.bailiwick.router.store.WriteTransaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A log in a table of a store: records by number, without a gap, each with the hash of the one before. A record is written in
 * the transaction of what it tells: where the one is not written, the other is not done. There may be any number for one table:
 * what is kept here, the newest record that was written, counts only while the table is as it was then.
 */
public final class AuditLog {
    /** The kind of the object of a cut. {@code before} has the number and the hash of the last record that went. */
    static final String KIND = "audit";

    /** Records that go in one transaction. */
    private static final int MOST_CUT = 5_000;
    /** Records that one question may look at. */
    private static final int MOST_SEEN = 10_000;
    /** Characters of records in one answer: it is one message. */
    private static final int MOST_TEXT = 400_000;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final String name;
    private final Lines<?> lines;
    private final InstantSource clock;
    private volatile @Nullable Newest newest;

    /** The newest record of the table as it was. */
    private record Newest(Table.Version version, AuditHead head) {}

    /** The table, whatever its rows are. */
    private record Lines<R>(Table<Long, R> table, Function<String, R> row, Function<R, String> text) {
        void insert(WriteTransaction tx, long seq, String line) {
            table.insert(tx, seq, row.apply(line));
        }

        Stream<Row<Long, String>> range(
                ReadTransaction tx, @Nullable Long from, @Nullable Long until, boolean reverse) {
            return table.range(tx, from, until, reverse).map(found -> new Row<>(found.key(), text.apply(found.row())));
        }
    }

    /**
     * How long records are kept.
     *
     * @param age those that are older go; empty for no bound
     * @param records when there are more, the oldest go; 0 for no bound
     */
    public record Retention(Optional<Duration> age, long records) {
        /** All are kept. */
        public static final Retention ALL = new Retention(Optional.empty(), 0);
    }

    /**
     * Records that were found.
     *
     * @param records the records, in the order in which they were asked for
     * @param next where to go on: the number with which to ask again; 0 when there are no more
     */
    public record Page(List<AuditRecord> records, long next) {}

    private AuditLog(String name, Lines<?> lines, InstantSource clock) {
        this.name = name;
        this.lines = lines;
        this.clock = clock;
    }

    /**
     * The log in a table.
     *
     * @param name says of what it is the log; stands in each record, so that none passes for one of another log
     * @param row makes a row of a line
     * @param text the line of a row
     */
    public static <R> AuditLog of(
            String name, Table<Long, R> table, Function<String, R> row, Function<R, String> text, InstantSource clock) {
        return new AuditLog(name, new Lines<>(table, row, text), clock);
    }

    /** A time as records have it. */
    public static String time(Instant instant) {
        return TIME.format(instant);
    }

    /** The time of a record that is written now. */
    public Instant now() {
        return clock.instant();
    }

    /** Writes a record, as part of this transaction. */
    public AuditHead append(WriteTransaction tx, Deed deed) {
        AuditHead before = head(tx);
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("log", name);
        members.put("seq", before.seq() + 1);
        members.put("time", time(clock.instant()));
        members.putAll(deed.form());
        members.put("previous", before.hash());
        String line = AuditRecord.written(members);
        lines.insert(tx, before.seq() + 1, line);
        AuditHead head = new AuditHead(before.seq() + 1, AuditRecord.hash(line));
        newest = new Newest(lines.table().version(tx), head);
        return head;
    }

    /** The newest record; throws {@link IllegalArgumentException} when what stands there is none. */
    public AuditHead head(ReadTransaction tx) {
        Newest known = newest;
        if (known != null && known.version().equals(lines.table().version(tx))) {
            return known.head();
        }
        try (Stream<Row<Long, String>> rows = lines.range(tx, null, null, true)) {
            return rows.findFirst()
                    .map(row -> new AuditHead(row.key(), AuditRecord.hash(row.row())))
                    .orElse(AuditHead.EMPTY);
        }
    }

    /**
     * Finds records.
     *
     * @param wanted which
     * @param start the number to begin at; 0 for the newest, or, forward, for the oldest
     * @param forward the oldest first
     * @param most how many at most; fewer come where many had to be looked at
     */
    public Page list(ReadTransaction tx, Predicate<AuditRecord> wanted, long start, boolean forward, int most) {
        List<AuditRecord> found = new ArrayList<>();
        int seen = 0;
        int text = 0;
        Long from = forward && start > 0 ? Long.valueOf(start) : null;
        Long until = !forward && start > 0 ? Long.valueOf(start + 1) : null;
        try (Stream<Row<Long, String>> rows = lines.range(tx, from, until, !forward)) {
            Iterator<Row<Long, String>> each = rows.iterator();
            while (each.hasNext()) {
                Row<Long, String> row = each.next();
                if (found.size() >= most || seen >= MOST_SEEN || text >= MOST_TEXT) {
                    return new Page(found, row.key());
                }
                seen++;
                AuditRecord one = AuditRecord.of(row.row());
                if (wanted.test(one)) {
                    found.add(one);
                    text += row.row().length();
                }
            }
        }
        return new Page(found, 0);
    }

    /**
     * Checks records.
     *
     * @param from the number of the first; 0 for all that there are
     * @param until the number of the last; 0 for the newest
     * @param anchor a head that was kept elsewhere; only with all that there are
     */
    public Chain.Verdict verify(ReadTransaction tx, long from, long until, Optional<AuditHead> anchor) {
        boolean whole = from <= 0 && until <= 0;
        Chain chain = whole ? Chain.whole(anchor) : Chain.part();
        try (Stream<Row<Long, String>> rows =
                lines.range(tx, from <= 0 ? null : from, until <= 0 ? null : until + 1, false)) {
            Iterator<Row<Long, String>> each = rows.iterator();
            boolean sound = true;
            while (sound && each.hasNext()) {
                sound = chain.add(each.next().row());
            }
        } catch (CorruptStoreException damaged) {
            chain.damaged("expected what was written, but the store found: " + damaged.getMessage());
        }
        return chain.end();
    }

    /**
     * Removes the oldest records, those that are not kept any longer, some thousands at most; the newest stays. By the record of
     * it the rest is still seen to be whole.
     *
     * @param deed is told of it, when any went, and is to be recorded in the same transaction
     * @return how many went
     */
    public long cut(WriteTransaction tx, Retention retention, Deed deed) {
        return cut(tx, retention, clock.instant(), deed);
    }

    /**
     * The same for who cuts unasked, by a time that a clock set forward does not move.
     *
     * @param now what the age of records is counted from
     */
    public long cut(WriteTransaction tx, Retention retention, Instant now, Deed deed) {
        long beyond = tooMany(tx, retention);
        long newest = head(tx).seq();
        String oldest = retention.age().map(age -> time(now.minus(age))).orElse("");
        List<Long> gone = new ArrayList<>();
        String hash = AuditRecord.NONE;
        try (Stream<Row<Long, String>> rows = lines.range(tx, null, null, false)) {
            Iterator<Row<Long, String>> each = rows.iterator();
            boolean going = true;
            while (going && gone.size() < MOST_CUT && each.hasNext()) {
                Row<Long, String> row = each.next();
                going = row.key() < newest
                        && (gone.size() < beyond
                                || AuditRecord.of(row.row()).time().compareTo(oldest) < 0);
                if (going) {
                    gone.add(row.key());
                    hash = AuditRecord.hash(row.row());
                }
            }
        }
        if (gone.isEmpty()) {
            return 0;
        }
        Map<String, @Nullable Object> cut = new LinkedHashMap<>();
        cut.put("from", gone.get(0));
        cut.put("until", gone.get(gone.size() - 1));
        cut.put("hash", hash);
        deed.on(KIND, name).from(cut);
        gone.forEach(seq -> lines.table().delete(tx, seq));
        return gone.size();
    }

    private long tooMany(ReadTransaction tx, Retention retention) {
        // Not each time that there is one too many: a cut is a record, too.
        long count = lines.table().count(tx);
        long kept = retention.records();
        return kept > 0 && count > kept + kept / 10 ? count - kept + 1 : 0;
    }
}
