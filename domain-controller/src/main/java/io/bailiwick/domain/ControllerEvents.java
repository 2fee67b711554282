package io.bailiwick.domain;

import io.bailiwick.domain.procedure.Access;
import io.bailiwick.domain.procedure.RealmProcedures;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.User;
import io.bailiwick.domain.supervision.RealmStatus;
import io.bailiwick.router.client.Topic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who may see a realm when its controller has failed, and when it is up again. Why it failed is told to the superuser
 * alone, as {@link RealmProcedures#withoutReasons} has it.
 */
final class ControllerEvents {
    @Topic(
            carries = "[{oid, name, controller}, as get_mrealm has them]",
            when = "the controller of a management realm has failed; it will be started again")
    private static final String ON_FAILED = "io.bailiwick.domain.on_controller_failed";

    @Topic(
            carries = "[{oid, name, controller}, as get_mrealm has them]",
            when = "the controller of a management realm is ready again after it had failed")
    private static final String ON_RECOVERED = "io.bailiwick.domain.on_controller_recovered";

    private static final Logger LOG = LoggerFactory.getLogger(ControllerEvents.class);

    private final Work work;
    private final Access access;
    private volatile @Nullable LiveRealms realms;
    /** Those whose failure is told, until they are tried again. */
    private final Set<UUID> failing = new HashSet<>();
    /** Those that were not ready since they failed. */
    private final Set<UUID> down = new HashSet<>();
    /** One after another, so that they are told in their order. */
    private CompletableFuture<Void> told = CompletableFuture.completedFuture(null);

    ControllerEvents(Work work) {
        this.work = work;
        this.access = new Access(work.schema());
    }

    /** Where events are told; before that there are none. */
    void begin(LiveRealms live) {
        realms = live;
    }

    /** A status has changed. On the thread of the supervision; returns at once. */
    void changed(RealmStatus status) {
        UUID oid = status.oid();
        switch (status.state()) {
            case "waiting", "failed" -> {
                down.add(oid);
                if (failing.add(oid)) {
                    tell(ON_FAILED, status);
                }
            }
            case "ready" -> {
                failing.remove(oid);
                if (down.remove(oid)) {
                    tell(ON_RECOVERED, status);
                }
            }
            case "stopped" -> {
                failing.remove(oid);
                down.remove(oid);
            }
            default -> failing.remove(oid);
        }
    }

    private void tell(String topic, RealmStatus status) {
        LiveRealms live = realms;
        if (live == null) {
            return;
        }
        Map<String, @Nullable Object> controller = live.shown(status);
        told = told.thenCompose(before -> work.read(tx -> access.readers(tx, status.oid())))
                .thenAccept(readers -> {
                    List<String> others = new ArrayList<>(readers);
                    others.remove(User.SUPERUSER);
                    live.announce(topic, List.of(User.SUPERUSER), event(status, controller));
                    if (!others.isEmpty()) {
                        live.announce(topic, others, event(status, RealmProcedures.withoutReasons(controller)));
                    }
                })
                .exceptionally(failure -> {
                    LOG.warn("{} of realm {} could not be told: {}", topic, status.name(), failure.toString());
                    return null;
                });
    }

    private static Map<String, @Nullable Object> event(RealmStatus status, Map<String, @Nullable Object> controller) {
        Map<String, @Nullable Object> event = new LinkedHashMap<>();
        event.put("oid", status.oid().toString());
        event.put("name", status.name());
        event.put("controller", controller);
        return event;
    }
}
