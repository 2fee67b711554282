package io.bailiwick.router.web;

import io.bailiwick.router.link.Traffic;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.transport.http.HttpRoute;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Shows {@link Metrics} and the figures of the realms in Prometheus' text format. */
public final class MetricsRoute implements HttpRoute {
    /** Realms with series of their own; the others are summed up. */
    private static final int MAX_REALMS = 100;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(Message.Hello.CODE, "HELLO"),
            Map.entry(Message.Welcome.CODE, "WELCOME"),
            Map.entry(Message.Abort.CODE, "ABORT"),
            Map.entry(Message.Challenge.CODE, "CHALLENGE"),
            Map.entry(Message.Authenticate.CODE, "AUTHENTICATE"),
            Map.entry(Message.Goodbye.CODE, "GOODBYE"),
            Map.entry(Message.ErrorReply.CODE, "ERROR"),
            Map.entry(Message.Publish.CODE, "PUBLISH"),
            Map.entry(Message.Published.CODE, "PUBLISHED"),
            Map.entry(Message.Subscribe.CODE, "SUBSCRIBE"),
            Map.entry(Message.Subscribed.CODE, "SUBSCRIBED"),
            Map.entry(Message.Unsubscribe.CODE, "UNSUBSCRIBE"),
            Map.entry(Message.Unsubscribed.CODE, "UNSUBSCRIBED"),
            Map.entry(Message.Event.CODE, "EVENT"),
            Map.entry(Message.EventReceived.CODE, "EVENT_RECEIVED"),
            Map.entry(Message.Call.CODE, "CALL"),
            Map.entry(Message.Cancel.CODE, "CANCEL"),
            Map.entry(Message.Result.CODE, "RESULT"),
            Map.entry(Message.Register.CODE, "REGISTER"),
            Map.entry(Message.Registered.CODE, "REGISTERED"),
            Map.entry(Message.Unregister.CODE, "UNREGISTER"),
            Map.entry(Message.Unregistered.CODE, "UNREGISTERED"),
            Map.entry(Message.Invocation.CODE, "INVOCATION"),
            Map.entry(Message.Interrupt.CODE, "INTERRUPT"),
            Map.entry(Message.Yield.CODE, "YIELD"));

    /**
     * What a realm knows of itself.
     *
     * @param realm its name
     * @param sessions who has joined
     * @param subscriptions topics and patterns subscribed to
     * @param registrations procedures and patterns registered
     * @param pendingCalls calls without final answer
     * @param slowSends messages to peers that did not keep up, since the realm was opened
     * @param queueBytes bytes that wait for its sessions, besides the first 64 KiB of each
     */
    public record RealmFigures(
            String realm,
            int sessions,
            int subscriptions,
            int registrations,
            int pendingCalls,
            long slowSends,
            long queueBytes) {

        private RealmFigures plus(RealmFigures other) {
            return new RealmFigures(
                    realm,
                    sessions + other.sessions,
                    subscriptions + other.subscriptions,
                    registrations + other.registrations,
                    pendingCalls + other.pendingCalls,
                    slowSends + other.slowSends,
                    queueBytes + other.queueBytes);
        }
    }

    /**
     * A link to another router.
     *
     * @param realm the realm of this router that is linked
     * @param link the name of the link
     * @param up whether it is connected
     */
    public record LinkFigures(String realm, String link, boolean up) {}

    private final String path;
    private final Metrics metrics;
    private final Supplier<? extends CompletionStage<List<RealmFigures>>> realms;
    private final Supplier<? extends Map<String, Instant>> certificates;
    private final Supplier<List<LinkFigures>> links;

    /**
     * Metrics at a path.
     *
     * @param realms asks the realms that are open; those that do not answer in time are left out
     * @param links the links to other routers
     * @param certificates until when the certificates of each listener are valid, by its name
     */
    public MetricsRoute(
            String path,
            Metrics metrics,
            Supplier<? extends CompletionStage<List<RealmFigures>>> realms,
            Supplier<List<LinkFigures>> links,
            Supplier<? extends Map<String, Instant>> certificates) {
        this.path = path;
        this.metrics = metrics;
        this.realms = realms;
        this.links = links;
        this.certificates = certificates;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public Set<String> methods() {
        return Set.of("GET");
    }

    @Override
    public CompletionStage<Reply> handle(Request request) {
        return realms.get().thenApply(this::render);
    }

    private Reply render(List<RealmFigures> figures) {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        addMessages(all);
        addConnections(all);
        addRealms(all, figures);
        addLinks(all);
        addHappenings(all);
        addCertificates(all);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(text, all.build());
        } catch (IOException e) {
            throw new UncheckedIOException("expected a buffer to take the metrics, but it failed", e);
        }
        return Reply.of(200, PrometheusTextFormatWriter.CONTENT_TYPE, text.toByteArray());
    }

    private void addHappenings(MetricSnapshots.Builder all) {
        CounterSnapshot.Builder refused =
                counter("bailiwick_requests_refused", "Requests that realms answered with ERROR, by its URI");
        metrics.requestsRefused().forEach((error, count) -> add(refused, count, "error", error));
        all.metricSnapshot(refused.build());
        CounterSnapshot.Builder happened = counter(
                "bailiwick_realm_happenings", "What happened in realms: sessions, slow readers, rates, decisions");
        metrics.inRealms().forEach((what, count) -> add(happened, count, "what", what));
        all.metricSnapshot(happened.build());
    }

    private void addMessages(MetricSnapshots.Builder all) {
        CounterSnapshot.Builder messages =
                counter("bailiwick_messages", "WAMP messages by type, as the router received and sent them");
        metrics.messagesReceived()
                .forEach((code, count) -> add(messages, count, "direction", "in", "type", name(code)));
        metrics.messagesSent().forEach((code, count) -> add(messages, count, "direction", "out", "type", name(code)));
        all.metricSnapshot(messages.build());
        CounterSnapshot.Builder bytes =
                counter("bailiwick_network_bytes", "Bytes read from and written to the network");
        add(bytes, metrics.bytesRead(), "direction", "in");
        add(bytes, metrics.bytesWritten(), "direction", "out");
        all.metricSnapshot(bytes.build());
        CounterSnapshot.Builder handshakes =
                counter("bailiwick_handshakes", "Handshakes by outcome: joined, or the reason of ABORT");
        add(handshakes, metrics.joinedSoFar(), "outcome", "joined");
        metrics.rejections().forEach((reason, count) -> add(handshakes, count, "outcome", reason));
        all.metricSnapshot(handshakes.build());
    }

    private static String name(int code) {
        return NAMES.getOrDefault(code, "other");
    }

    private void addConnections(MetricSnapshots.Builder all) {
        GaugeSnapshot.Builder open = GaugeSnapshot.builder()
                .name("bailiwick_connections_open")
                .help("Open now: accepted connections, and links by transport");
        CounterSnapshot.Builder opened =
                counter("bailiwick_connections", "Opened so far: accepted connections, and links by transport");
        for (Traffic.Kind kind : Traffic.Kind.values()) {
            Labels label = Labels.of("kind", lower(kind));
            open.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                    .value((double) metrics.open(kind))
                    .labels(label)
                    .build());
            add(opened, metrics.openedSoFar(kind), "kind", lower(kind));
        }
        CounterSnapshot.Builder refused =
                counter("bailiwick_connections_refused", "Connections and links that were refused, by reason");
        for (Traffic.Refusal why : Traffic.Refusal.values()) {
            add(refused, metrics.refusedSoFar(why), "reason", lower(why));
        }
        CounterSnapshot.Builder answers = counter("bailiwick_http_answers", "Answers over HTTP by status");
        metrics.answers().forEach((status, count) -> add(answers, count, "status", String.valueOf(status)));
        all.metricSnapshot(open.build()).metricSnapshot(opened.build());
        all.metricSnapshot(refused.build()).metricSnapshot(answers.build());
    }

    private void addCertificates(MetricSnapshots.Builder all) {
        GaugeSnapshot.Builder ends = GaugeSnapshot.builder()
                .name("bailiwick_tls_certificate_not_after_seconds")
                .help("When the first certificate of a listener expires, in seconds since 1970-01-01T00:00Z");
        certificates
                .get()
                .forEach((listener, end) -> ends.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .value((double) end.getEpochSecond())
                        .labels(Labels.of("listener", listener))
                        .build()));
        all.metricSnapshot(ends.build());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static void addRealms(MetricSnapshots.Builder all, List<RealmFigures> figures) {
        List<RealmFigures> shown = shown(figures);
        all.metricSnapshot(gauge("bailiwick_sessions", "Sessions that have joined", shown, RealmFigures::sessions));
        all.metricSnapshot(gauge(
                "bailiwick_subscriptions", "Topics and patterns subscribed to", shown, RealmFigures::subscriptions));
        all.metricSnapshot(gauge(
                "bailiwick_registrations", "Procedures and patterns registered", shown, RealmFigures::registrations));
        all.metricSnapshot(
                gauge("bailiwick_calls_pending", "Calls without final answer", shown, RealmFigures::pendingCalls));
        all.metricSnapshot(gauge(
                "bailiwick_queue_bytes",
                "Bytes that wait for sessions, besides the first 64 KiB of each",
                shown,
                RealmFigures::queueBytes));
        CounterSnapshot.Builder slow = counter("bailiwick_slow_sends", "Messages to peers that did not keep up");
        shown.forEach(realm -> add(slow, realm.slowSends(), "realm", realm.realm()));
        all.metricSnapshot(slow.build());
    }

    private void addLinks(MetricSnapshots.Builder all) {
        GaugeSnapshot.Builder up = GaugeSnapshot.builder()
                .name("bailiwick_router_link_up")
                .help("Links to other routers: 1 for one that is connected, 0 for one that is not");
        links.get()
                .forEach(link -> up.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .value(link.up() ? 1 : 0)
                        .labels(Labels.of("realm", link.realm(), "link", link.link()))
                        .build()));
        all.metricSnapshot(up.build());
    }

    /** The largest realms, and one line for all others: the number of series stays bounded. */
    private static List<RealmFigures> shown(List<RealmFigures> figures) {
        List<RealmFigures> sorted = figures.stream()
                .sorted(Comparator.comparingInt(RealmFigures::sessions)
                        .reversed()
                        .thenComparing(RealmFigures::realm))
                .toList();
        if (sorted.size() <= MAX_REALMS) {
            return sorted;
        }
        List<RealmFigures> shown = new ArrayList<>(sorted.subList(0, MAX_REALMS));
        // No realm has this name: it is no URI.
        shown.add(sorted.subList(MAX_REALMS, sorted.size()).stream()
                .reduce(new RealmFigures("#other", 0, 0, 0, 0, 0, 0), RealmFigures::plus));
        return shown;
    }

    private static GaugeSnapshot gauge(
            String name, String help, List<RealmFigures> realms, ToDoubleFunction<RealmFigures> value) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        realms.forEach(realm -> gauge.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .value(value.applyAsDouble(realm))
                .labels(Labels.of("realm", realm.realm()))
                .build()));
        return gauge.build();
    }

    private static CounterSnapshot.Builder counter(String name, String help) {
        return CounterSnapshot.builder().name(name).help(help);
    }

    private static void add(CounterSnapshot.Builder counter, long value, String... labels) {
        counter.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                .value((double) value)
                .labels(Labels.of(labels))
                .build());
    }
}
