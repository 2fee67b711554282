package io.bailiwick.domain.metering;

import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.MasterNodeUsage;
import io.bailiwick.router.client.Topic;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.store.ExpiryClock;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.WriteTransaction;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Metering as the domain has it: takes records, keeps them as long as told, tells of them, submits them. */
public final class Metering implements AutoCloseable {
    /**
     * Published on the domain realm for each record that is new, to admins of its realm and the superuser: {@code [mrealm_oid,
     * from, until, usage]}.
     */
    @Topic(
            carries =
                    "`[mrealm_oid, from, until, usage]`: times as ISO 8601 with nanoseconds, the record as a dictionary",
            when = "usage of a realm was stored; to admins of the realm and the superuser")
    public static final String ON_METER_USAGE = "crossbarfabriccenter.domain.on_meter_usage";

    private static final Logger LOG = LoggerFactory.getLogger(Metering.class);
    private static final Duration TIDYING = Duration.ofHours(1);
    /** Rows that one transaction looks at. */
    private static final int REMOVALS = 2_000;

    private final MeteringOptions options;
    private final Work work;
    private final GlobalSchema schema;
    private final SigningKey key;
    private final ScheduledExecutorService timer;
    private final ExpiryClock expiry;
    private final UsageIntake.UsageEvents events;
    private final Optional<Submission> submission;
    private @Nullable ScheduledFuture<?> tidying;

    /**
     * Metering that has not begun.
     *
     * @param key signs what is submitted
     * @param timer one thread
     * @param expiry what the age of records is counted by
     * @param events where each new record is announced
     * @throws IOException when the certificates of the receiver cannot be read
     */
    public Metering(
            MeteringOptions options,
            Work work,
            SigningKey key,
            ScheduledExecutorService timer,
            Clock clock,
            ExpiryClock expiry,
            UsageIntake.UsageEvents events)
            throws IOException {
        this.options = options;
        this.work = work;
        this.schema = work.schema();
        this.key = key;
        this.timer = timer;
        this.expiry = expiry;
        this.events = events;
        Optional<MeteringOptions.Receiver> receiver = options.receiver();
        this.submission = receiver.isPresent()
                ? Optional.of(new Submission(
                        work,
                        key,
                        receiver.get(),
                        new HttpReceiver(receiver.get()),
                        Submission.Waits.STANDARD,
                        timer,
                        clock))
                : Optional.empty();
    }

    /** What a realm's controller is told of metering when it is started. */
    public static Map<String, Object> settings(MeteringOptions options) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("meter_seconds", options.interval().toSeconds());
        settings.put("meter_grace_seconds", options.grace().toSeconds());
        return settings;
    }

    /** What the controller of a realm may call on that realm. */
    public UsageIntake intake(ManagementRealm realm) {
        return new UsageIntake(
                work, realm.oid(), key.publicKey().hex(), submission.map(running -> (Runnable) running::wake), events);
    }

    /** What users may call on the domain realm. */
    public UsageProcedures procedures() {
        return new UsageProcedures(work, options, key.publicKey().hex(), submission);
    }

    /** Submits what waits, and removes now and then what is no longer kept. */
    public void begin() {
        submission.ifPresent(Submission::wake);
        tidying = timer.scheduleWithFixedDelay(this::tidy, 0, TIDYING.toSeconds(), TimeUnit.SECONDS);
    }

    private void tidy() {
        long oldest = expiry.nanos() - options.kept().toNanos();
        work.keep(tx -> {
                    expiry.write(tx);
                    int removed = removeBefore(tx, oldest);
                    return () -> CompletableFuture.completedFuture(removed);
                })
                .whenComplete((removed, failure) -> {
                    if (failure != null) {
                        LOG.warn("Old usage could not be removed: {}", failure.toString());
                    } else if (removed == REMOVALS) {
                        timer.execute(this::tidy);
                    }
                });
    }

    /** How many were removed; those that wait to be submitted stay. */
    private int removeBefore(WriteTransaction tx, long oldest) {
        List<Pair<Long, UUID>> old = new ArrayList<>();
        try (var rows = schema.usage.range(tx, null, new Pair<>(oldest, new UUID(0, 0)), false)) {
            rows.filter(row -> row.row().status() != MasterNodeUsage.Status.RECEIVED)
                    .limit(REMOVALS)
                    .forEach(row -> old.add(row.key()));
        }
        old.forEach(row -> schema.usage.delete(tx, row));
        return old.size();
    }

    /** Stops submitting and removing. */
    @Override
    public void close() {
        ScheduledFuture<?> running = tidying;
        if (running != null) {
            running.cancel(false);
        }
        submission.ifPresent(Submission::close);
    }
}
