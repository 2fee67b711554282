package io.bailiwick.domain.metering;

import io.bailiwick.domain.procedure.WireForm;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.MasterNodeUsage;
import io.bailiwick.domain.schema.PendingUsage;
import io.bailiwick.domain.schema.UsageSubmission;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.Table.Row;
import io.bailiwick.router.store.WriteTransaction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Submits records of usage, one batch after the other in the order in which they came. A batch is written down before it is
 * sent, and struck out when the receiver has taken it: after a restart in between it is sent again as it was, under the same
 * identity. What is not taken is tried again, after longer and longer waits, for ever. All state is touched on the one thread
 * of the timer.
 */
final class Submission implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Submission.class);

    /**
     * How long to wait after failures.
     *
     * @param first after the first; each further one twice as long
     * @param longest and no longer than that
     */
    record Waits(Duration first, Duration longest) {
        static final Waits STANDARD = new Waits(Duration.ofSeconds(1), Duration.ofMinutes(5));

        Duration after(int failures) {
            long millis = first.toMillis() << Math.min(30, failures - 1);
            return Duration.ofMillis(Math.min(longest.toMillis(), Math.max(first.toMillis(), millis)));
        }
    }

    private final Work work;
    private final GlobalSchema schema;
    private final SigningKey key;
    private final MeteringOptions.Receiver options;
    private final UsageReceiver receiver;
    private final Waits waits;
    private final ScheduledExecutorService timer;
    private final Clock clock;

    private boolean underWay;
    private boolean again;
    private boolean closed;
    private int attempts;
    private @Nullable ScheduledFuture<?> retry;
    /** What others see. */
    private volatile Shown shown = new Shown("idle", 0, null, null);

    private record Shown(
            String state,
            int attempts,
            @Nullable String error,
            @Nullable Instant nextAttempt) {}

    /**
     * A submission that has not begun.
     *
     * @param timer one thread
     */
    Submission(
            Work work,
            SigningKey key,
            MeteringOptions.Receiver options,
            UsageReceiver receiver,
            Waits waits,
            ScheduledExecutorService timer,
            Clock clock) {
        this.work = work;
        this.schema = work.schema();
        this.key = key;
        this.options = options;
        this.receiver = receiver;
        this.waits = waits;
        this.timer = timer;
        this.clock = clock;
    }

    /** There may be something to submit. Returns at once; any thread. */
    void wake() {
        timer.execute(() -> {
            if (underWay) {
                again = true;
            } else if (retry == null) {
                attempt();
            }
        });
    }

    private void attempt() {
        retry = null;
        if (closed) {
            return;
        }
        underWay = true;
        again = false;
        work.keep(tx -> {
                    Optional<SignedBatch> batch = batch(tx);
                    return () -> CompletableFuture.completedFuture(batch);
                })
                .thenCompose(
                        batch -> batch.isPresent() ? submit(batch.get()) : CompletableFuture.completedFuture(false))
                .whenCompleteAsync(this::ended, timer);
    }

    /** The batch that is under way, or else the next, which is under way then. */
    private Optional<SignedBatch> batch(WriteTransaction tx) {
        UsageSubmission state =
                schema.usageSubmission.get(tx, UsageSubmission.KEY).orElse(UsageSubmission.NONE);
        if (state.id() == null) {
            List<Row<Long, PendingUsage>> next;
            try (var rows = schema.usagePending.range(tx, null, null, false)) {
                next = rows.limit(options.batch()).toList();
            }
            if (next.isEmpty()) {
                return Optional.empty();
            }
            state = new UsageSubmission(
                    state.batch() + 1,
                    UUID.randomUUID(),
                    next.get(0).key(),
                    next.get(next.size() - 1).key(),
                    state.records(),
                    state.succeeded());
            schema.usageSubmission.upsert(tx, UsageSubmission.KEY, state);
        }
        List<MasterNodeUsage> records = new ArrayList<>();
        for (Row<Long, PendingUsage> row : pending(tx, state)) {
            PendingUsage pending = row.row();
            schema.usage
                    .get(tx, new Pair<>(pending.timestamp(), pending.mrealmId()))
                    .ifPresent(records::add);
        }
        UUID id = state.id();
        return id == null ? Optional.empty() : Optional.of(new SignedBatch(state.batch(), id, records));
    }

    private List<Row<Long, PendingUsage>> pending(WriteTransaction tx, UsageSubmission state) {
        try (var rows = schema.usagePending.range(tx, state.first(), state.last() + 1, false)) {
            return rows.toList();
        }
    }

    private CompletableFuture<Boolean> submit(SignedBatch batch) {
        Instant sent = clock.instant();
        byte[] body = batch.body(key.publicKey().hex());
        shown = new Shown("submitting", shown.attempts(), shown.error(), null);
        return receiver.take(body, batch.headers(key, body, sent)).thenCompose(taken -> strikeOut(batch, sent));
    }

    private CompletableFuture<Boolean> strikeOut(SignedBatch batch, Instant sent) {
        long processed = Records.nanos(clock.instant());
        return work.keep(tx -> {
            UsageSubmission state =
                    schema.usageSubmission.get(tx, UsageSubmission.KEY).orElse(UsageSubmission.NONE);
            for (Row<Long, PendingUsage> row : pending(tx, state)) {
                schema.usagePending.delete(tx, row.key());
            }
            for (MasterNodeUsage record : batch.records()) {
                schema.usage.update(
                        tx,
                        new Pair<>(record.timestamp(), record.mrealmId()),
                        Records.submitted(
                                record, MasterNodeUsage.Status.SUCCESS, Records.nanos(sent), processed, batch.id()));
            }
            schema.usageSubmission.upsert(
                    tx,
                    UsageSubmission.KEY,
                    new UsageSubmission(
                            state.batch(),
                            null,
                            state.last(),
                            state.last(),
                            state.records() + batch.records().size(),
                            processed));
            return () -> CompletableFuture.completedFuture(true);
        });
    }

    private void ended(@Nullable Boolean taken, @Nullable Throwable failure) {
        underWay = false;
        if (closed) {
            return;
        }
        if (failure == null) {
            attempts = 0;
            shown = new Shown("idle", 0, null, null);
            if (Boolean.TRUE.equals(taken) || again) {
                attempt();
            }
            return;
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        attempts++;
        Duration wait = waits.after(attempts);
        if (cause instanceof UsageReceiver.NotTaken refused
                && refused.pause().filter(pause -> pause.compareTo(wait) > 0).isPresent()) {
            again(refused.pause().orElse(wait), cause);
        } else {
            again(wait, cause);
        }
    }

    private void again(Duration wait, Throwable cause) {
        String error = cause instanceof UsageReceiver.NotTaken ? String.valueOf(cause.getMessage()) : cause.toString();
        LOG.warn(
                "Usage could not be submitted to {}, try {}, again in {} s: {}",
                options.place(),
                attempts,
                wait.toSeconds(),
                error);
        shown = new Shown("waiting", attempts, error, clock.instant().plus(wait));
        retry = timer.schedule(this::attempt, wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** {@code {url, state, attempts, error, next_attempt}}: idle, submitting or waiting; the caller may add to it. Any thread. */
    Map<String, @Nullable Object> status() {
        Shown now = shown;
        Map<String, @Nullable Object> status = new LinkedHashMap<>();
        status.put("url", options.place());
        status.put("state", now.state());
        status.put("attempts", now.attempts());
        status.put("error", now.error());
        Instant next = now.nextAttempt();
        status.put("next_attempt", next == null ? null : WireForm.time(next));
        return status;
    }

    /** Begins nothing any more. What is under way may end as it does: it is sent again after the next start. */
    @Override
    public void close() {
        timer.execute(() -> {
            closed = true;
            if (retry != null) {
                retry.cancel(false);
            }
        });
    }
}
