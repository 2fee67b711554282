package io.bailiwick.domain.audit.procedure;

import io.bailiwick.domain.procedure.Access;
import io.bailiwick.domain.procedure.Allowed;
import io.bailiwick.domain.procedure.Caller;
import io.bailiwick.domain.procedure.Right;
import io.bailiwick.domain.procedure.Standing;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.User;
import io.bailiwick.router.audit.AuditAnswers;
import io.bailiwick.router.audit.AuditHead;
import io.bailiwick.router.audit.AuditLog;
import io.bailiwick.router.audit.AuditQuery;
import io.bailiwick.router.audit.AuditRecord;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Table.Row;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The log of what was done to the domain: list, verify, head. The superuser reads all of it; who runs a management realm reads
 * what is about that realm; everybody reads what it did itself.
 */
public final class AuditProcedures {
    private final Work work;
    private final GlobalSchema schema;
    private final Access access;
    private final AuditLog log;

    /** Procedures on a store. */
    public AuditProcedures(Work work) {
        this.work = work;
        this.schema = work.schema();
        this.access = new Access(schema);
        this.log = work.audit().log();
    }

    /**
     * Lists records, the newest first. Whatever is left out makes no difference.
     *
     * @param mrealmOid about this management realm
     * @param objectOid done to this thing
     * @param actor done by this authid, user oid or public key
     * @param action this one; all that begin so when it ends with a dot
     * @param fromTime not before this time, ISO 8601 in UTC
     * @param untilTime before this time
     * @param start the number of the record to begin at
     * @param forward the oldest first
     * @param limit how many at most; 100 when not given, 500 when more are asked for
     * @param verbatim records as the lines of text that they are, which is what can be verified
     * @return {@code {records: [...], next}}: the records as {@code docs/audit.md} has them; {@code next} the number to go on
     *     at, null when there are no more. A page may have fewer records than asked for, and none, and yet a next.
     *     Error: {@code wamp.error.invalid_argument}
     */
    @Procedure(
            value = "io.bailiwick.domain.list_audit",
            does = "Lists what was done, by whom and to what, as far as the caller may know it; the newest first.")
    @Allowed(Right.EVERYBODY)
    public CompletableFuture<Map<String, @Nullable Object>> listAudit(
            @Nullable String mrealmOid,
            @Nullable String objectOid,
            @Nullable String actor,
            @Nullable String action,
            @Nullable String fromTime,
            @Nullable String untilTime,
            @Nullable Long start,
            @Nullable Boolean forward,
            @Nullable Integer limit,
            @Nullable Boolean verbatim,
            Invocation invocation) {
        Caller caller = Caller.of(invocation);
        AuditQuery query = asked(() -> AuditAnswers.query(mrealmOid, objectOid, actor, action, fromTime, untilTime));
        int most = asked(() -> AuditAnswers.limit(limit));
        return work.read(tx -> AuditAnswers.page(
                log.list(
                        tx,
                        query.and(visible(tx, caller)),
                        start == null ? 0 : start,
                        Boolean.TRUE.equals(forward),
                        most),
                Boolean.TRUE.equals(verbatim)));
    }

    private Predicate<AuditRecord> visible(ReadTransaction tx, Caller caller) {
        Standing standing = access.of(tx, caller);
        if (standing.isSuperuser()) {
            return record -> true;
        }
        User own = standing.user();
        String oid = own.oid().toString();
        Set<String> realms = schema.mrealms
                .all(tx)
                .map(Row::row)
                .filter(realm -> standing.may(Right.RUNS_REALM, realm))
                .map(ManagementRealm::oid)
                .map(Object::toString)
                .collect(Collectors.toCollection(HashSet::new));
        return record -> oid.equals(record.actor("user_oid"))
                || record.mrealms().stream().anyMatch(realms::contains)
                || record.objects().stream().anyMatch(realms::contains);
    }

    /**
     * Checks the log: that each record says what it said when it was written, and that none is missing or in another place.
     *
     * @param first the number of the first record to check; all that there are when both are left out
     * @param last the number of the last
     * @param anchorSeq the number of a record whose hash was kept elsewhere; with all that there are only
     * @param anchorHash that hash
     * @return {@code {ok, first, last, records, head, fault}}; {@code fault} is null or {@code {seq, reason}}, of the first
     *     record that is not as it should be. Errors: {@code fabric.not-authorized}, {@code wamp.error.invalid_argument}
     */
    @Procedure(
            value = "io.bailiwick.domain.verify_audit",
            does = "Checks that nothing of the domain's log was changed, all of it or a part; for the superuser.")
    @Allowed(Right.SUPERUSER)
    public CompletableFuture<Map<String, @Nullable Object>> verifyAudit(
            @Nullable Long first,
            @Nullable Long last,
            @Nullable Long anchorSeq,
            @Nullable String anchorHash,
            Invocation invocation) {
        demandSuperuser(invocation);
        Optional<AuditHead> anchor = asked(() -> AuditAnswers.anchor(anchorSeq, anchorHash));
        return work.read(
                tx -> AuditAnswers.form(log.verify(tx, first == null ? 0 : first, last == null ? 0 : last, anchor)));
    }

    /**
     * The newest record.
     *
     * @return {@code {seq, hash}}; 0 and zeros when there is none. Kept elsewhere, it shows later that nothing up to there was
     *     changed. Error: {@code fabric.not-authorized}
     */
    @Procedure(
            value = "io.bailiwick.domain.get_audit_head",
            does = "Returns number and hash of the newest record of the domain's log; for the superuser.")
    @Allowed(Right.SUPERUSER)
    public CompletableFuture<Map<String, @Nullable Object>> getAuditHead(Invocation invocation) {
        demandSuperuser(invocation);
        return work.read(tx -> AuditAnswers.form(log.head(tx)));
    }

    /**
     * Removes the oldest records, some thousands at a time. The record of it shows that the rest is whole.
     *
     * @param keepDays those that are older go
     * @param keepRecords when there are a tenth more than so many, the oldest go
     * @return how many went; there may be more to go unless it is 0. Errors: {@code fabric.not-authorized},
     *     {@code wamp.error.invalid_argument}
     */
    @Procedure(
            value = "io.bailiwick.domain.cut_audit",
            does =
                    "Removes the oldest records of the domain's log, by age or number, and records that; for the superuser.")
    @Allowed(Right.SUPERUSER)
    public CompletableFuture<Long> cutAudit(
            @Nullable Integer keepDays, @Nullable Long keepRecords, Invocation invocation) {
        AuditLog.Retention retention = asked(() -> AuditAnswers.retention(keepDays, keepRecords));
        return work.write(invocation, (tx, deed) -> {
            demandSuperuser(invocation);
            long gone = log.cut(tx, retention, deed);
            return () -> CompletableFuture.completedFuture(gone);
        });
    }

    private static void demandSuperuser(Invocation invocation) {
        if (!Caller.of(invocation).isSuperuser()) {
            throw Standing.refused(Right.SUPERUSER);
        }
    }

    /** What is asked in another form than it should is the caller's fault. */
    private static <T> T asked(Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException wrong) {
            throw new ApplicationError(Uris.INVALID_ARGUMENT, String.valueOf(wrong.getMessage()));
        }
    }
}
