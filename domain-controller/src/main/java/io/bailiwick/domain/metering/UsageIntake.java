package io.bailiwick.domain.metering;

import io.bailiwick.domain.admission.Roles;
import io.bailiwick.domain.procedure.Access;
import io.bailiwick.domain.procedure.WireForm;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.MasterNodeUsage;
import io.bailiwick.domain.schema.PendingUsage;
import io.bailiwick.domain.schema.Role;
import io.bailiwick.domain.schema.UsageSubmission;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Procedure;
import io.bailiwick.router.message.Uris;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Table.Row;
import io.bailiwick.router.store.WriteTransaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the usage of one management realm from its controller, on that realm. A record is known by the end of its interval and the
 * realm: the first one stays, and is announced and submitted once, however often it is sent.
 */
public final class UsageIntake {
    private static final Logger LOG = LoggerFactory.getLogger(UsageIntake.class);
    /** Records in one call. */
    private static final int MOST = 1_000;
    /** Records that may wait to be submitted: ten years of a realm. */
    static final int MOST_PENDING = 1_000_000;

    private final Work work;
    private final GlobalSchema schema;
    private final Access access;
    private final UUID realm;
    private final String pubkey;
    private final Optional<Runnable> submission;
    private final UsageEvents events;

    /** Where {@code crossbarfabriccenter.domain.on_meter_usage} is published. */
    @FunctionalInterface
    public interface UsageEvents {
        /**
         * Publishes; returns at once.
         *
         * @param readers the authids of those who may know
         * @param arguments {@code [mrealm_oid, from, until, usage]}: times as ISO 8601 with nanoseconds, the record as a dictionary
         */
        void publish(List<String> readers, List<Object> arguments);
    }

    /**
     * For the controller of a realm.
     *
     * @param pubkey the key of this domain
     * @param submission told of each record that is new, if they are submitted
     */
    UsageIntake(Work work, UUID realm, String pubkey, Optional<Runnable> submission, UsageEvents events) {
        this.work = work;
        this.schema = work.schema();
        this.access = new Access(schema);
        this.realm = realm;
        this.pubkey = pubkey;
        this.submission = submission;
        this.events = events;
    }

    /**
     * Stores usage, all of it or none.
     *
     * @param intervals at most 1000 times {@code {from, until, seq, count, total, nodes, ...}}: two times in nanoseconds since 1970
     *     UTC, the number of the record in its realm, and the figures
     * @return {@code {stored, known}}: how many were new and how many were here before. Who: the realm's controller. Errors:
     *     {@code wamp.error.not_authorized}, {@code wamp.error.invalid_argument}
     */
    @Procedure(
            value = "io.bailiwick.domain.store_usage",
            does =
                    "Stores what the realm used in intervals, each once, however often it is sent; for its controller only.")
    public CompletableFuture<Map<String, @Nullable Object>> storeUsage(
            List<Map<String, @Nullable Object>> intervals, Invocation invocation) {
        if (!Roles.BACKEND.equals(invocation.details().entries().get("caller_authrole"))) {
            throw new ApplicationError(Uris.NOT_AUTHORIZED, "expected a caller with role backend");
        }
        if (intervals.size() > MOST) {
            throw new ApplicationError(
                    Uris.INVALID_ARGUMENT, "expected at most " + MOST + " intervals, but found " + intervals.size());
        }
        MasterNodeUsage.Status status =
                submission.isPresent() ? MasterNodeUsage.Status.RECEIVED : MasterNodeUsage.Status.NONE;
        List<MasterNodeUsage> told = intervals.stream()
                .map(interval -> Records.of(interval, realm, pubkey, status))
                .toList();
        return work.keep(tx -> {
            List<MasterNodeUsage> fresh = new ArrayList<>();
            for (MasterNodeUsage record : told) {
                if (isNew(tx, record)) {
                    fresh.add(put(tx, record));
                }
            }
            List<String> readers = fresh.isEmpty() ? List.of() : access.readers(tx, realm, Role.ADMIN);
            return () -> {
                fresh.forEach(record -> events.publish(readers, event(record)));
                if (!fresh.isEmpty()) {
                    submission.ifPresent(Runnable::run);
                }
                return CompletableFuture.completedFuture(
                        Map.of("stored", fresh.size(), "known", told.size() - fresh.size()));
            };
        });
    }

    private boolean isNew(ReadTransaction tx, MasterNodeUsage record) {
        Optional<MasterNodeUsage> known = schema.usage.get(tx, new Pair<>(record.timestamp(), realm));
        if (known.isPresent() && !Arrays.equals(Figures.of(known.get()), Figures.of(record))) {
            LOG.warn(
                    "Realm {} sends other usage for the interval until {} than it has sent before; the first stays",
                    realm,
                    Records.time(record.timestamp()));
        }
        return known.isEmpty();
    }

    private MasterNodeUsage put(WriteTransaction tx, MasterNodeUsage record) {
        MasterNodeUsage stored = record;
        if (submission.isPresent()) {
            if (schema.usagePending.count(tx) < MOST_PENDING) {
                schema.usagePending.insert(tx, number(tx), new PendingUsage(record.timestamp(), realm));
            } else {
                LOG.error("More than {} records of usage wait to be submitted: this one is not", MOST_PENDING);
                stored = Records.submitted(record, MasterNodeUsage.Status.FAILED, null, null, null);
            }
        }
        schema.usage.insert(tx, new Pair<>(record.timestamp(), realm), stored);
        return stored;
    }

    /** A number that no pending record had before. */
    private long number(ReadTransaction tx) {
        long submitted = schema.usageSubmission
                .get(tx, UsageSubmission.KEY)
                .map(UsageSubmission::last)
                .orElse(0L);
        try (var rows = schema.usagePending.range(tx, null, null, true)) {
            return Math.max(submitted, rows.findFirst().map(Row::key).orElse(0L)) + 1;
        }
    }

    private static List<Object> event(MasterNodeUsage record) {
        return List.of(
                record.mrealmId().toString(),
                Records.time(record.timestampFrom()),
                Records.time(record.timestamp()),
                WireForm.of(record));
    }
}
