package io.bailiwick.domain.metering;

import io.bailiwick.domain.procedure.Access;
import io.bailiwick.domain.procedure.Allowed;
import io.bailiwick.domain.procedure.Caller;
import io.bailiwick.domain.procedure.Right;
import io.bailiwick.domain.procedure.Standing;
import io.bailiwick.domain.procedure.WireForm;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.MasterNodeUsage;
import io.bailiwick.domain.schema.UsageSubmission;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Table.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What realms used. Admins see that of their realms, the superuser all, that of deleted realms too. */
public final class UsageProcedures {
    private static final int DEFAULT_LIMIT = 100;
    /** A third of a megabyte on the wire, of the one that a message may have. */
    private static final int MAX_LIMIT = 500;

    private final Work work;
    private final GlobalSchema schema;
    private final Access access;
    private final MeteringOptions options;
    private final String pubkey;
    private final Optional<Submission> submission;

    UsageProcedures(Work work, MeteringOptions options, String pubkey, Optional<Submission> submission) {
        this.work = work;
        this.schema = work.schema();
        this.access = new Access(schema);
        this.options = options;
        this.pubkey = pubkey;
        this.submission = submission;
    }

    /**
     * Lists usage, realm by realm in the order of their oids, each in the order of time.
     *
     * @param mrealmId the realm; when left out all that the caller may see
     * @param fromNs the intervals that began at this time or later, nanoseconds since 1970 UTC
     * @param untilNs and ended at this time or earlier
     * @param by what is summed up: {@code interval} (nothing; the default), {@code hour}, {@code day}, {@code month}, {@code total}, in
     *     UTC
     * @param limit at most so many rows, 100 when left out, never more than 500
     * @param after {@code next} of the answer before, to go on there
     * @return {@code {usage, next}}: a list of {@code {mrealm_oid, mrealm_name, from, until, from_ns, until_ns, intervals, count,
     *     total, nodes, ...}}, and where to go on, or null when that is all. Errors: {@code crossbar.error.no_such_object}, {@code
     *     fabric.not-authorized}, {@code wamp.error.invalid_argument}
     */
    @Procedure(
            value = "io.bailiwick.domain.list_usage",
            does =
                    "Lists what management realms used, one or all that the caller runs, by interval, hour, day, month or in total.")
    @Allowed(Right.RUNS_REALM)
    public CompletableFuture<Map<String, @Nullable Object>> listUsage(
            @Nullable UUID mrealmId,
            @Nullable Long fromNs,
            @Nullable Long untilNs,
            @Nullable String by,
            @Nullable Integer limit,
            @Nullable String after,
            Invocation invocation) {
        Caller caller = Caller.of(invocation);
        UsageQuery query = query(fromNs, untilNs, by == null ? Period.INTERVAL : Period.of(by));
        int wanted = limit == null ? DEFAULT_LIMIT : limit;
        if (wanted < 1) {
            throw new ApplicationError(Uris.INVALID_ARGUMENT, "limit: expected 1 or more, but found " + wanted);
        }
        int most = Math.min(wanted, MAX_LIMIT);
        Optional<Cursor> cursor = after == null ? Optional.empty() : Optional.of(Cursor.of(after));
        return work.read(tx -> {
            List<UUID> realms = mrealmId == null ? seen(tx, caller) : List.of(allowed(tx, caller, mrealmId));
            List<Map<String, @Nullable Object>> usage = new ArrayList<>();
            for (UUID realm : realms) {
                int order = cursor.map(
                                at -> realm.toString().compareTo(at.realm().toString()))
                        .orElse(1);
                if (order >= 0 && usage.size() <= most) {
                    UsageQuery rest =
                            order > 0 ? query : query.after(cursor.orElseThrow().until());
                    usage.addAll(rest.of(schema, tx, realm, most + 1 - usage.size()));
                }
            }
            Map<String, @Nullable Object> page = new LinkedHashMap<>();
            boolean more = usage.size() > most;
            List<Map<String, @Nullable Object>> shown = more ? usage.subList(0, most) : usage;
            page.put("usage", shown);
            page.put("next", more ? Cursor.behind(shown.get(most - 1)) : null);
            return page;
        });
    }

    /** Where a list goes on: behind what a realm used until a time. */
    private record Cursor(UUID realm, long until) {
        static Cursor of(String text) {
            int slash = text.indexOf('/');
            try {
                return new Cursor(UUID.fromString(text.substring(0, slash)), Long.parseLong(text.substring(slash + 1)));
            } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
                throw new ApplicationError(
                        Uris.INVALID_ARGUMENT, "after: expected what next was, but found something else");
            }
        }

        static String behind(Map<String, @Nullable Object> row) {
            return row.get("mrealm_oid") + "/" + row.get("until_ns");
        }
    }

    private static UsageQuery query(@Nullable Long fromNs, @Nullable Long untilNs, Period by) {
        return new UsageQuery(fromNs == null ? 0 : Math.max(0, fromNs), untilNs == null ? Long.MAX_VALUE : untilNs, by);
    }

    /** The realm, for who may know its usage; a deleted one for the superuser. */
    private UUID allowed(ReadTransaction tx, Caller caller, UUID realm) {
        Optional<ManagementRealm> row = schema.mrealms.get(tx, realm);
        boolean deleted = row.isEmpty()
                && caller.isSuperuser()
                && firstAfter(tx, realm, 0).filter(realm::equals).isPresent();
        return deleted
                ? realm
                : access.of(tx, caller).realm(Right.RUNS_REALM, row).oid();
    }

    /** The realms whose usage the caller may know, in order. */
    private List<UUID> seen(ReadTransaction tx, Caller caller) {
        if (!caller.isSuperuser()) {
            Standing standing = access.of(tx, caller);
            try (Stream<Row<UUID, ManagementRealm>> rows = schema.mrealms.all(tx)) {
                return rows.map(Row::row)
                        .filter(realm -> standing.may(Right.RUNS_REALM, realm))
                        .map(ManagementRealm::oid)
                        .toList();
            }
        }
        List<UUID> realms = new ArrayList<>();
        Optional<UUID> next = firstAfter(tx, new UUID(0, 0), 0);
        while (next.isPresent()) {
            realms.add(next.get());
            next = firstAfter(tx, next.get(), Long.MAX_VALUE);
        }
        return realms;
    }

    /** The realm of the first record behind this place of the index. */
    private Optional<UUID> firstAfter(ReadTransaction tx, UUID realm, long until) {
        try (var rows = schema.idxUsageByMrealm.after(tx, new Pair<>(realm, until))) {
            return rows.findFirst().map(row -> row.row().mrealmId());
        }
    }

    /**
     * Sums up what a realm used.
     *
     * @param mrealmId the realm
     * @param fromNs the intervals that began at this time or later, nanoseconds since 1970 UTC
     * @param untilNs and ended at this time or earlier
     * @return one row as of {@code list_usage}; with zeros when there is none. Errors: {@code crossbar.error.no_such_object}, {@code
     *     fabric.not-authorized}
     */
    @Procedure(
            value = "io.bailiwick.domain.get_usage",
            does = "Sums up what a management realm used in a time, or ever.")
    @Allowed(Right.RUNS_REALM)
    public CompletableFuture<Map<String, @Nullable Object>> getUsage(
            UUID mrealmId, @Nullable Long fromNs, @Nullable Long untilNs, Invocation invocation) {
        Caller caller = Caller.of(invocation);
        UsageQuery query = query(fromNs, untilNs, Period.TOTAL);
        return work.read(tx -> query.total(schema, tx, allowed(tx, caller, mrealmId)));
    }

    /**
     * Tells how it stands with metering and submission.
     *
     * @return {@code {interval, grace, key, records, pending, newest, receiver}}: seconds, the public key that signs, how many
     *     records there are and how many wait, the end of the newest interval (ISO 8601 or null), and null or {@code {url, state,
     *     batch, id, submitted, succeeded, attempts, error, next_attempt}}. Errors: {@code fabric.not-authorized}
     */
    @Procedure(
            value = "io.bailiwick.domain.get_metering_status",
            does = "Tells how usage is metered, how many records wait to be submitted, and why if that fails.")
    @Allowed(Right.SUPERUSER)
    public CompletableFuture<Map<String, @Nullable Object>> getMeteringStatus(Invocation invocation) {
        if (!Caller.of(invocation).isSuperuser()) {
            throw Standing.refused(Right.SUPERUSER);
        }
        return work.read(tx -> {
            Map<String, @Nullable Object> status = new LinkedHashMap<>();
            status.put("interval", options.interval().toSeconds());
            status.put("grace", options.grace().toSeconds());
            status.put("key", pubkey);
            status.put("records", schema.usage.count(tx));
            status.put("pending", schema.usagePending.count(tx));
            status.put("newest", newest(tx));
            status.put(
                    "receiver", submission.map(running -> receiver(tx, running)).orElse(null));
            return status;
        });
    }

    private @Nullable String newest(ReadTransaction tx) {
        try (Stream<Row<Pair<Long, UUID>, MasterNodeUsage>> rows = schema.usage.range(tx, null, null, true)) {
            return rows.findFirst()
                    .map(row -> WireForm.time(Records.instant(row.row().timestamp())))
                    .orElse(null);
        }
    }

    private Map<String, @Nullable Object> receiver(ReadTransaction tx, Submission running) {
        UsageSubmission stored =
                schema.usageSubmission.get(tx, UsageSubmission.KEY).orElse(UsageSubmission.NONE);
        Map<String, @Nullable Object> receiver = running.status();
        receiver.put("batch", stored.batch());
        receiver.put("id", stored.id() == null ? null : stored.id().toString());
        receiver.put("submitted", stored.records());
        Long succeeded = stored.succeeded();
        receiver.put("succeeded", succeeded == null ? null : WireForm.time(Records.instant(succeeded)));
        return receiver;
    }
}
