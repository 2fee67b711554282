package io.bailiwick.router.audit;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks records in their order: each whole, none missing, none in another place, each knowing the one before; and where the
 * oldest are gone, that the log says so. Needs nothing but their lines, so it works on an export as well.
 */
public final class Chain {
    /**
     * What is wrong first.
     *
     * @param seq the number of the record, as far as it can be told
     * @param reason a sentence
     */
    public record Fault(long seq, String reason) {}

    /**
     * What came of it.
     *
     * @param first the number of the first record, 0 for none
     * @param last the number of the last record that was found in order
     * @param records how many were
     * @param head the hash of the last
     * @param fault what is wrong first, or null
     */
    public record Verdict(
            long first,
            long last,
            long records,
            String head,
            @Nullable Fault fault) {}

    private final boolean whole;
    private final @Nullable AuditHead anchor;
    private boolean anchored;
    private long first;
    private String firstPrevious = AuditRecord.NONE;
    private String log = "";
    private long last;
    private long records;
    private String head = AuditRecord.NONE;
    private long cutUntil;
    private String cutHash = AuditRecord.NONE;
    private @Nullable Fault fault;

    private Chain(boolean whole, Optional<AuditHead> anchor) {
        this.whole = whole;
        this.anchor = anchor.filter(known -> known.seq() > 0).orElse(null);
    }

    /**
     * For all records that a log has.
     *
     * @param anchor a head of it that was kept elsewhere
     */
    public static Chain whole(Optional<AuditHead> anchor) {
        return new Chain(true, anchor);
    }

    /** For records that follow one another, from anywhere. */
    public static Chain part() {
        return new Chain(false, Optional.empty());
    }

    /** Takes the next record; returns whether all is in order until now. */
    public boolean add(String text) {
        if (fault != null) {
            return false;
        }
        AuditRecord next;
        try {
            next = AuditRecord.of(text);
        } catch (IllegalArgumentException notOne) {
            return wrong(last + 1, String.valueOf(notOne.getMessage()));
        }
        if (!next.isWhole()) {
            return wrong(next.seq(), "expected the hash of what the record says, but found another");
        }
        String name = String.valueOf(next.members().get("log"));
        if (records == 0) {
            first = next.seq();
            firstPrevious = next.previous();
            log = name;
            if (first < 1 || (first == 1 && !firstPrevious.equals(AuditRecord.NONE))) {
                return wrong(first, "expected a first record with the number 1 and no hash before, but found another");
            }
        } else if (!name.equals(log)) {
            return wrong(next.seq(), "expected a record of " + log + ", but found one of another log");
        } else if (next.seq() != last + 1) {
            return wrong(last + 1, "expected record " + (last + 1) + ", but found record " + next.seq());
        } else if (!next.previous().equals(head)) {
            return wrong(next.seq(), "expected the hash of the record before, but found another");
        }
        return taken(next);
    }

    private boolean taken(AuditRecord next) {
        if (anchor != null && anchor.seq() == next.seq()) {
            if (!anchor.hash().equals(next.hash())) {
                return wrong(next.seq(), "expected the hash that was kept of this record, but found another");
            }
            anchored = true;
        }
        if (next.object("kind").equals(AuditLog.KIND)
                && next.members().get("before") instanceof Map<?, ?> before
                && before.get("until") instanceof Number until) {
            cutUntil = until.longValue();
            cutHash = String.valueOf(before.get("hash"));
        }
        last = next.seq();
        head = next.hash();
        records++;
        return true;
    }

    private boolean wrong(long seq, String reason) {
        fault = new Fault(seq, reason);
        return false;
    }

    /** The next record cannot be read. */
    void damaged(String reason) {
        wrong(last + 1, reason);
    }

    /** There are no more records. */
    public Verdict end() {
        if (fault == null && whole) {
            if (records > 0 && first > 1 && (cutUntil != first - 1 || !cutHash.equals(firstPrevious))) {
                wrong(first - 1, "expected a record of the cut before record " + first + ", but found none");
            } else if (anchor != null && !anchored && anchor.seq() > last) {
                wrong(
                        last + 1,
                        "expected records up to " + anchor.seq() + ", whose hash was kept, but found the last at "
                                + last);
            }
        }
        return new Verdict(first, last, records, head, fault);
    }
}
