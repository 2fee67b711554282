package io.bailiwick.domain.metering;

import io.bailiwick.domain.schema.GlobalSchema;
import io.bailiwick.domain.schema.ManagementRealm;
import io.bailiwick.domain.schema.MasterNodeUsage;
import io.bailiwick.router.store.Form;
import io.bailiwick.router.store.Form.Pair;
import io.bailiwick.router.store.ReadTransaction;
import io.bailiwick.router.store.Table.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A question for usage: of the intervals that began at {@code from} or later and ended at {@code until} or earlier, summed up.
 *
 * @param from nanoseconds since 1970 UTC
 * @param until likewise
 * @param by what is summed up
 */
record UsageQuery(long from, long until, Period by) {

    /** The same of what comes behind a time. */
    UsageQuery after(long time) {
        return new UsageQuery(Math.max(from, time), until, by);
    }

    /** A sum. */
    private static final class Sum {
        final UUID realm;
        final Instant start;
        final long from;
        long until;
        long intervals;
        final long[] figures = new long[Figures.NAMES.size()];

        Sum(UUID realm, Instant start, long from) {
            this.realm = realm;
            this.start = start;
            this.from = from;
            this.until = from;
        }

        void add(MasterNodeUsage usage) {
            until = usage.timestamp();
            intervals++;
            Figures.add(figures, Figures.of(usage));
        }

        Map<String, @Nullable Object> wire(Optional<ManagementRealm> row) {
            Map<String, @Nullable Object> wire = new LinkedHashMap<>();
            wire.put("mrealm_oid", realm.toString());
            wire.put("mrealm_name", row.map(ManagementRealm::name).orElse(null));
            wire.put("from", Records.time(from));
            wire.put("until", Records.time(until));
            wire.put("from_ns", from);
            wire.put("until_ns", until);
            wire.put("intervals", intervals);
            for (int i = 0; i < figures.length; i++) {
                wire.put(Figures.NAMES.get(i), figures[i]);
            }
            return wire;
        }
    }

    /**
     * The sums of a realm in order of time.
     *
     * @param limit at most so many
     */
    List<Map<String, @Nullable Object>> of(GlobalSchema schema, ReadTransaction tx, UUID realm, int limit) {
        List<Sum> sums = new ArrayList<>();
        // An interval ends after it begins: the index has the ends.
        try (Stream<Row<Pair<Long, UUID>, MasterNodeUsage>> rows =
                schema.idxUsageByMrealm.startingWith(tx, Form.uuid(), realm, new Pair<>(realm, Math.max(0, from)))) {
            var each = rows.iterator();
            while (each.hasNext()) {
                MasterNodeUsage usage = each.next().row();
                if (usage.timestamp() > until) {
                    break;
                }
                if (usage.timestampFrom() < from) {
                    continue;
                }
                Instant start = by.start(Records.instant(usage.timestampFrom()));
                if (sums.isEmpty() || !sums.get(sums.size() - 1).start.equals(start)) {
                    if (sums.size() == limit) {
                        break;
                    }
                    sums.add(new Sum(realm, start, usage.timestampFrom()));
                }
                sums.get(sums.size() - 1).add(usage);
            }
        }
        Optional<ManagementRealm> row = schema.mrealms.get(tx, realm);
        return sums.stream().map(sum -> sum.wire(row)).toList();
    }

    /** All of it in one sum, also where there is none. */
    Map<String, @Nullable Object> total(GlobalSchema schema, ReadTransaction tx, UUID realm) {
        List<Map<String, @Nullable Object>> found = new UsageQuery(from, until, Period.TOTAL).of(schema, tx, realm, 1);
        return found.isEmpty() ? new Sum(realm, Instant.EPOCH, from).wire(schema.mrealms.get(tx, realm)) : found.get(0);
    }
}
