package io.bailiwick.mrealm.series;

import io.bailiwick.mrealm.node.Node;
import io.bailiwick.mrealm.node.RealmNodes;
import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import io.bailiwick.router.client.ClientSession.Caller;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Series of the heartbeats of nodes and of their workers. */
public final class SeriesOfNode {
    /** What is read at once: a few megabytes. */
    private static final int PAGE = 2_000;
    /** What one question may cost: after so many heartbeats it ends, and says that it is not complete. */
    private static final long MOST = 400_000;

    private static final List<String> USUAL_OF_NODE = List.of(
            "cpu.user", "cpu.system", "memory.percent", "network.bytes_recv_per_sec", "network.bytes_sent_per_sec");
    private static final List<String> USUAL_OF_WORKER =
            List.of("process.cpu_user_per_sec", "process.cpu_system_per_sec", "process.num_fds", "process.num_threads");

    /** What there is to ask for: learnt when somebody asks first, and not while a controller starts. */
    private static final class Known {
        static final Map<String, Figure<MNodeLog>> OF_NODE = Figure.of(MNodeLog.class);
        static final Map<String, Figure<MWorkerLog>> OF_WORKER = Figure.of(MWorkerLog.class);
    }

    private final RealmNodes nodes;
    private final Executor reader;

    /**
     * Series of the nodes of a realm.
     *
     * @param reader runs what reads the store
     */
    public SeriesOfNode(RealmNodes nodes, Executor reader) {
        this.nodes = nodes;
        this.reader = reader;
    }

    /**
     * A series of a node.
     *
     * @param caller for whom it is read; when it is gone, reading ends
     * @return {@code node_oid}, {@code node_authid}, {@code from}, {@code until} (ns), {@code heartbeats} (how many),
     *     {@code complete}, {@code times} (begins of the buckets, ns), {@code counts}, and under {@code figures} for each name
     *     {@code min}, {@code avg}, {@code max}, with null where nothing was reported
     */
    public CompletionStage<Map<String, @Nullable Object>> ofNode(Node node, SeriesRequest request, Caller caller) {
        Series<MNodeLog> series = new Series<>(request, chosen(Known.OF_NODE, request.figures(), USUAL_OF_NODE));
        Reading<MNodeLog> reading = new Reading<>(
                series,
                request,
                until -> nodes.heartbeats(node, request.from(), until, PAGE, reader),
                MNodeLog::timestamp,
                beat -> true,
                caller);
        return reading.page(request.until()).thenApply(complete -> told(node, null, series, complete));
    }

    /** As above, of a worker of a node; with {@code worker_id}. */
    public CompletionStage<Map<String, @Nullable Object>> ofWorker(
            Node node, String worker, SeriesRequest request, Caller caller) {
        Series<MWorkerLog> series = new Series<>(request, chosen(Known.OF_WORKER, request.figures(), USUAL_OF_WORKER));
        Reading<MWorkerLog> reading = new Reading<>(
                series,
                request,
                until -> nodes.workerHeartbeats(node, request.from(), until, PAGE, reader),
                MWorkerLog::timestamp,
                beat -> beat.workerId().equals(worker),
                caller);
        return reading.page(request.until()).thenApply(complete -> told(node, worker, series, complete));
    }

    private static Map<String, @Nullable Object> told(
            Node node, @Nullable String worker, Series<?> series, boolean complete) {
        Map<String, @Nullable Object> told = new LinkedHashMap<>();
        told.put("node_oid", node.oid().toString());
        told.put("node_authid", node.authid());
        if (worker != null) {
            told.put("worker_id", worker);
        }
        told.put("complete", complete);
        told.putAll(series.told());
        return told;
    }

    private static <T> List<Figure<T>> chosen(Map<String, Figure<T>> known, List<String> names, List<String> usual) {
        return (names.isEmpty() ? usual : names)
                .stream()
                        .distinct()
                        .map(name -> {
                            Figure<T> figure = known.get(name);
                            if (figure == null) {
                                String shown = name.length() <= 64 ? name : name.substring(0, 64) + "...";
                                throw SeriesRequest.invalid("figures: expected names of figures as " + usual.get(0)
                                        + ", but found " + shown);
                            }
                            return figure;
                        })
                        .toList();
    }

    /** The reading of one series, page by page, from its end to its begin. */
    private static final class Reading<T> {
        private final Series<T> series;
        private final SeriesRequest request;
        private final LongFunction<CompletableFuture<List<T>>> pages;
        private final ToLongFunction<T> time;
        private final Predicate<T> wanted;
        private volatile boolean abandoned;
        private long read;

        Reading(
                Series<T> series,
                SeriesRequest request,
                LongFunction<CompletableFuture<List<T>>> pages,
                ToLongFunction<T> time,
                Predicate<T> wanted,
                Caller caller) {
            this.series = series;
            this.request = request;
            this.pages = pages;
            this.time = time;
            this.wanted = wanted;
            caller.whenGone(() -> abandoned = true);
        }

        /** Whether all was read. */
        CompletableFuture<Boolean> page(long until) {
            return pages.apply(until).thenCompose(page -> {
                boolean full = page.size() >= PAGE;
                long oldest = page.isEmpty() ? until : time.applyAsLong(page.get(page.size() - 1));
                // Of those that were received at the same time as the last one there may be more: they come again.
                boolean several = full && time.applyAsLong(page.get(0)) != oldest;
                page.stream()
                        .filter(beat -> !several || time.applyAsLong(beat) != oldest)
                        .filter(wanted)
                        .forEach(beat -> series.take(time.applyAsLong(beat), beat));
                read += page.size();
                if (!full || abandoned || read >= MOST) {
                    return CompletableFuture.completedFuture(!full);
                }
                long next = several ? oldest + 1 : oldest;
                return next <= request.from() ? CompletableFuture.completedFuture(true) : page(next);
            });
        }
    }
}
