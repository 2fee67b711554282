package io.bailiwick.mrealm.series;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Heartbeats in buckets. They are taken from the newest to the oldest, so that each but the first knows the one after it. */
final class Series<T> {
    private final SeriesRequest request;
    private final List<Figure<T>> figures;
    private final long[] counts;
    private final List<Cells> cells = new ArrayList<>();
    private @Nullable T later;
    private long laterTime;
    private long taken;

    /** What is known of one figure. */
    private static final class Cells {
        final double[] min;
        final double[] max;
        final double[] sum;
        final long[] number;

        Cells(int buckets) {
            min = new double[buckets];
            max = new double[buckets];
            sum = new double[buckets];
            number = new long[buckets];
            Arrays.fill(min, Double.POSITIVE_INFINITY);
            Arrays.fill(max, Double.NEGATIVE_INFINITY);
        }

        void add(int bucket, double value) {
            min[bucket] = Math.min(min[bucket], value);
            max[bucket] = Math.max(max[bucket], value);
            sum[bucket] += value;
            number[bucket]++;
        }

        Map<String, List<@Nullable Double>> told() {
            Map<String, List<@Nullable Double>> told = new LinkedHashMap<>();
            List<@Nullable Double> least = new ArrayList<>();
            List<@Nullable Double> average = new ArrayList<>();
            List<@Nullable Double> most = new ArrayList<>();
            for (int i = 0; i < number.length; i++) {
                boolean some = number[i] > 0;
                least.add(some ? min[i] : null);
                average.add(some ? sum[i] / number[i] : null);
                most.add(some ? max[i] : null);
            }
            told.put("min", least);
            told.put("avg", average);
            told.put("max", most);
            return told;
        }
    }

    Series(SeriesRequest request, List<Figure<T>> figures) {
        this.request = request;
        this.figures = figures;
        this.counts = new long[request.buckets()];
        figures.forEach(figure -> cells.add(new Cells(request.buckets())));
    }

    /** Takes a heartbeat, received at a time of the series, before all that were taken. */
    void take(long time, T beat) {
        int bucket = request.bucket(time);
        counts[bucket]++;
        taken++;
        for (int i = 0; i < figures.size(); i++) {
            Figure<T> figure = figures.get(i);
            Number value = figure.value().apply(beat);
            if (value == null) {
                continue;
            }
            if (!figure.rate()) {
                cells.get(i).add(bucket, value.doubleValue());
            } else if (later != null && laterTime > time) {
                rate(cells.get(i), figure, value.longValue(), time);
            }
        }
        later = beat;
        laterTime = time;
    }

    /** How much it has grown until the heartbeat after. What has become less was counted anew, after a restart. */
    private void rate(Cells into, Figure<T> figure, long before, long time) {
        T after = later;
        Number value = after == null ? null : figure.value().apply(after);
        if (value != null && value.longValue() >= before) {
            double seconds = (double) (laterTime - time) / TimeUnit.SECONDS.toNanos(1);
            into.add(request.bucket(laterTime), (value.longValue() - before) / seconds);
        }
    }

    /** How many heartbeats were taken. */
    long taken() {
        return taken;
    }

    /** All of it: {@code from}, {@code until} (ns), {@code heartbeats}, {@code times} (ns), {@code counts}, {@code figures}. */
    Map<String, @Nullable Object> told() {
        Map<String, @Nullable Object> told = new LinkedHashMap<>();
        told.put("from", request.from());
        told.put("until", request.until());
        told.put("heartbeats", taken);
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < request.buckets(); i++) {
            times.add(request.begin(i));
        }
        told.put("times", times);
        told.put("counts", Arrays.stream(counts).boxed().toList());
        Map<String, Object> byName = new LinkedHashMap<>();
        for (int i = 0; i < figures.size(); i++) {
            byName.put(figures.get(i).name(), cells.get(i).told());
        }
        told.put("figures", byName);
        return told;
    }
}
