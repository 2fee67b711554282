package io.bailiwick.router.server;

import io.bailiwick.router.realm.RealmView;
import io.bailiwick.router.transport.Network;
import io.bailiwick.router.transport.tls.TlsServer;
import io.bailiwick.router.web.MetricsRoute.LinkFigures;
import io.bailiwick.router.web.MetricsRoute.RealmFigures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Looks at a router from outside: what its realms and listeners say of themselves. Safe on any thread. */
final class Watch {
    private static final long ANSWER_MILLIS = 1_000;

    private final Router router;
    private final Instant started;

    Watch(Router router, Instant started) {
        this.router = router;
        this.started = started;
    }

    Duration uptime() {
        return Duration.between(started, Instant.now());
    }

    /** Name and address of each listener that is bound. */
    Map<String, String> listeners() {
        Map<String, String> listeners = new TreeMap<>();
        router.listeners().stream()
                .filter(Network.Listening::isOpen)
                .forEach(listening -> listeners.put(
                        listening.options().name(), listening.endpoint().toString()));
        return listeners;
    }

    /** Until when the certificates of each listener are valid: the first that ends. Listeners without TLS are left out. */
    Map<String, Instant> certificateEnds() {
        Map<String, Instant> ends = new TreeMap<>();
        router.listeners().stream()
                .filter(Network.Listening::isOpen)
                .forEach(listening -> listening.certificates().stream()
                        .map(TlsServer.Validity::notAfter)
                        .min(Comparator.naturalOrder())
                        .ifPresent(end -> ends.put(listening.options().name(), end)));
        return ends;
    }

    /** The listeners with a certificate that has expired or soon will. Clients may still be sent there: some do not mind. */
    List<String> expiring() {
        Instant now = Instant.now();
        return certificateEnds().entrySet().stream()
                .flatMap(listener -> TlsServer.Validity.warning(listener.getValue(), now).stream()
                        .map(warning -> "listener " + listener.getKey() + ": " + warning))
                .toList();
    }

    private boolean isReachable() {
        return router.listeners().stream()
                .anyMatch(listening ->
                        listening.isOpen() && !listening.options().http().onlyHttp());
    }

    /** The figures of the realms that answer in time. */
    CompletableFuture<List<RealmFigures>> figures() {
        return each().thenApply(all -> all.stream()
                .flatMap(answer -> answer.view.map(view -> figures(answer.realm, view)).stream())
                .toList());
    }

    private static RealmFigures figures(OpenRealm realm, RealmView view) {
        return new RealmFigures(
                realm.realm().name(),
                view.sessions().size(),
                view.subscriptions(),
                view.registrations(),
                view.pendingCalls(),
                view.slowSends(),
                realm.queues().taken());
    }

    /** Each link to another router, and whether it is up; in the order of their names. */
    List<LinkFigures> links() {
        return router.links().stream()
                .filter(link -> !link.isClosed())
                .map(link -> new LinkFigures(link.realm(), link.name(), link.isUp()))
                .sorted(Comparator.comparing(LinkFigures::realm).thenComparing(LinkFigures::link))
                .toList();
    }

    /**
     * Why no client should be sent here; nothing when all is well. Names of realms are not told. A link that is down is no
     * reason: those who are here are served, and elsewhere it would be no better.
     */
    CompletableFuture<List<String>> unready() {
        List<String> reasons = new ArrayList<>();
        if (router.isClosed()) {
            reasons.add("the router is closing");
        }
        if (router.openRealms().isEmpty()) {
            reasons.add("no realm is open");
        }
        if (!isReachable()) {
            reasons.add("no listener is bound");
        }
        return each().thenApply(all -> {
            long silent = all.stream().filter(answer -> answer.view.isEmpty()).count();
            if (silent > 0) {
                reasons.add("expected " + all.size() + " realms to answer, but " + silent + " did not");
            }
            return List.copyOf(reasons);
        });
    }

    private record Answer(OpenRealm realm, Optional<RealmView> view) {}

    private CompletableFuture<List<Answer>> each() {
        List<CompletableFuture<Answer>> asked = router.openRealms().stream()
                .map(open -> {
                    CompletableFuture<Optional<RealmView>> view = new CompletableFuture<>();
                    try {
                        open.realm().inspect(seen -> view.complete(Optional.of(seen)));
                    } catch (RejectedExecutionException e) {
                        view.complete(Optional.empty());
                    }
                    return view.completeOnTimeout(Optional.empty(), ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                            .thenApply(seen -> new Answer(open, seen));
                })
                .toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(done -> asked.stream().map(CompletableFuture::join).toList());
    }
}
