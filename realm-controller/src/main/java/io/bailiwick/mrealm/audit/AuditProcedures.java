package io.bailiwick.mrealm.audit;

import io.bailiwick.mrealm.rights.Allowed;
import io.bailiwick.mrealm.rights.Right;
import io.bailiwick.router.audit.AuditAnswers;
import io.bailiwick.router.audit.AuditHead;
import io.bailiwick.router.audit.AuditQuery;
import io.bailiwick.router.audit.AuditRecord;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.store.ReadTransaction;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The log of what was done in a management realm: list, verify, head. Owners and admins read all of it, others what they did. */
public final class AuditProcedures {
    private final RealmAudit audit;
    private final Executor reader;

    /**
     * Procedures over a log.
     *
     * @param reader runs what reads the store
     */
    public AuditProcedures(RealmAudit audit, Executor reader) {
        this.audit = audit;
        this.reader = reader;
    }

    /**
     * Lists records, the newest first. Whatever is left out makes no difference.
     *
     * @param objectOid done to this thing
     * @param actor done by this authid
     * @param action this one; all that begin so when it ends with a dot
     * @param fromTime not before this time, ISO 8601 in UTC
     * @param untilTime before this time
     * @param start the number of the record to begin at
     * @param forward the oldest first
     * @param limit how many at most; 100 when not given, 500 when more are asked for
     * @param verbatim records as the lines of text that they are, which is what can be verified
     * @return {@code {records: [...], next}}: the records as {@code docs/audit.md} has them; {@code next} the number to go on
     *     at, null when there are no more. Error: {@code wamp.error.invalid_argument}
     */
    @Procedure(
            value = "io.bailiwick.mrealm.list_audit",
            does = "Lists what was done in this realm, by whom and to what, the newest first: all of it for owners and"
                    + " admins, for others what they did themselves. Arguments and result as of"
                    + " io.bailiwick.domain.list_audit.")
    @Allowed(Right.LOOKS)
    public CompletableFuture<Map<String, @Nullable Object>> listAudit(
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
        AuditQuery query = asked(() -> AuditAnswers.query(null, objectOid, actor, action, fromTime, untilTime));
        int most = asked(() -> AuditAnswers.limit(limit));
        Predicate<AuditRecord> visible = visible(invocation);
        return read(tx -> AuditAnswers.page(
                audit.log().list(tx, query.and(visible), start == null ? 0 : start, Boolean.TRUE.equals(forward), most),
                Boolean.TRUE.equals(verbatim)));
    }

    /**
     * Checks the log: that each record says what it said when it was written, and that none is missing or in another place.
     *
     * @param first the number of the first record to check; all that there are when both are left out
     * @param last the number of the last
     * @param anchorSeq the number of a record whose hash was kept elsewhere; with all that there are only
     * @param anchorHash that hash
     * @return {@code {ok, first, last, records, head, fault}}; {@code fault} is null or {@code {seq, reason}}, of the first
     *     record that is not as it should be. Errors: {@code wamp.error.not_authorized}, {@code wamp.error.invalid_argument}
     */
    @Procedure(
            value = "io.bailiwick.mrealm.verify_audit",
            does = "Checks that nothing of this realm's log was changed, all of it or a part; for owners and admins."
                    + " Arguments and result as of io.bailiwick.domain.verify_audit.")
    @Allowed(Right.ADMINISTERS)
    public CompletableFuture<Map<String, @Nullable Object>> verifyAudit(
            @Nullable Long first,
            @Nullable Long last,
            @Nullable Long anchorSeq,
            @Nullable String anchorHash,
            Invocation invocation) {
        Optional<AuditHead> anchor = asked(() -> AuditAnswers.anchor(anchorSeq, anchorHash));
        return read(tx ->
                AuditAnswers.form(audit.log().verify(tx, first == null ? 0 : first, last == null ? 0 : last, anchor)));
    }

    /**
     * The newest record.
     *
     * @return {@code {seq, hash}}; 0 and zeros when there is none. Error: {@code wamp.error.not_authorized}
     */
    @Procedure(
            value = "io.bailiwick.mrealm.get_audit_head",
            does = "Returns number and hash of the newest record of this realm's log; for owners and admins.")
    @Allowed(Right.ADMINISTERS)
    public CompletableFuture<Map<String, @Nullable Object>> getAuditHead(Invocation invocation) {
        return read(tx -> AuditAnswers.form(audit.log().head(tx)));
    }

    private static Predicate<AuditRecord> visible(Invocation invocation) {
        String authid = invocation.details().text("caller_authid").orElse("");
        return Right.ADMINISTERS.held(Right.roleOf(invocation))
                ? record -> true
                : record -> !authid.isEmpty() && authid.equals(record.actor("authid"));
    }

    private <T> CompletableFuture<T> read(Function<ReadTransaction, T> question) {
        return CompletableFuture.supplyAsync(() -> audit.store().read(question), reader);
    }

    private static <T> T asked(Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException wrong) {
            throw new ApplicationError(Uris.INVALID_ARGUMENT, String.valueOf(wrong.getMessage()));
        }
    }
}
