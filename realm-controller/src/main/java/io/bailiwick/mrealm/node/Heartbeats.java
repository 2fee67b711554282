package io.bailiwick.mrealm.node;

import io.bailiwick.mrealm.schema.MNodeLog;
import io.bailiwick.mrealm.schema.MWorkerLog;
import io.bailiwick.router.client.ClientSession.Event;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.ProtocolViolation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes heartbeats from those who may send them. A payload says whose heartbeat it is; the router says who published it. Only
 * when both agree on a paired node it is believed. All others are counted.
 */
final class Heartbeats {
    private static final int MAX_WORKER_ID = 128;
    private static final String NODE_ROLE = "node";
    /** What the details call the one who sent it: of an event, and of a call. */
    private static final String PUBLISHER = "publisher";

    private static final String CALLER = "caller";

    /**
     * A heartbeat that is believed.
     *
     * @param workers how many workers of each type the node has
     */
    record NodeBeat(Node node, MNodeLog log, Map<String, Long> workers) {}

    private record Sender(Node node, @Nullable Long session) {}

    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String reason;

        Refused(String reason, String sample) {
            super(sample, null, false, false);
            this.reason = reason;
        }
    }

    private final UUID mrealm;
    private final Function<String, Optional<Node>> paired;
    private final Refusals refusals;

    /**
     * @param paired finds a paired node by authid
     */
    Heartbeats(UUID mrealm, Function<String, Optional<Node>> paired, Refusals refusals) {
        this.mrealm = mrealm;
        this.paired = paired;
        this.refusals = refusals;
    }

    /** The heartbeat of a node: args {@code [authid, heartbeat]}. Empty, and counted, when refused. */
    Optional<NodeBeat> node(Event event, long timestamp) {
        return node(PUBLISHER, event.details(), event.arguments().list(), timestamp);
    }

    /** As {@link #node}, of a call with the same arguments. */
    Optional<NodeBeat> node(Invocation call, long timestamp) {
        return node(CALLER, call.details(), call.arguments().list(), timestamp);
    }

    private Optional<NodeBeat> node(String who, Dict details, List<@Nullable Object> list, long timestamp) {
        return guarded(() -> {
            Sender sender = sender(who, details, list);
            Dict beat = beat(list, 1);
            return new NodeBeat(
                    sender.node(),
                    HeartbeatReader.node(receipt(sender, timestamp), beat),
                    HeartbeatReader.workersByType(beat));
        });
    }

    /** The heartbeat of a worker: args {@code [authid, worker_id, heartbeat]}. Empty, and counted, when refused. */
    Optional<MWorkerLog> worker(Event event, long timestamp) {
        return guarded(() -> {
            List<@Nullable Object> list = event.arguments().list();
            Sender sender = sender(PUBLISHER, event.details(), list);
            if (!(at(list, 1) instanceof String id) || id.isEmpty() || id.length() > MAX_WORKER_ID) {
                throw new Refused("malformed", "expected a worker id of 1 to 128 characters");
            }
            return HeartbeatReader.worker(receipt(sender, timestamp), id, beat(list, 2));
        });
    }

    private <T> Optional<T> guarded(java.util.function.Supplier<T> reading) {
        try {
            return Optional.of(reading.get());
        } catch (Refused refused) {
            refusals.count(refused.reason, String.valueOf(refused.getMessage()));
        } catch (ProtocolViolation violation) {
            refusals.count("malformed", String.valueOf(violation.getMessage()));
        }
        return Optional.empty();
    }

    private HeartbeatReader.Receipt receipt(Sender sender, long timestamp) {
        return new HeartbeatReader.Receipt(timestamp, sender.node().oid(), mrealm, sender.session());
    }

    private Sender sender(String who, Dict details, List<@Nullable Object> list) {
        String authid = details.textOrNull(who + "_authid");
        String authrole = details.textOrNull(who + "_authrole");
        if (authid == null || authrole == null) {
            throw new Refused("without a disclosed " + who, who);
        }
        if (!authrole.equals(NODE_ROLE)) {
            throw new Refused("of a " + who + " that is no node", authid);
        }
        if (!(at(list, 0) instanceof String claimed) || !claimed.equals(authid)) {
            throw new Refused("in the name of another node", authid);
        }
        Node node = paired.apply(authid)
                .orElseThrow(() -> new Refused("of a node that is not paired with this realm", authid));
        var session = details.integer(who);
        return new Sender(node, session.isPresent() ? session.getAsLong() : null);
    }

    private static Dict beat(List<@Nullable Object> list, int index) {
        if (!(at(list, index) instanceof Map<?, ?> map)) {
            throw new Refused("malformed", "expected a dictionary as argument " + index);
        }
        Map<String, @Nullable Object> entries = new HashMap<>();
        map.forEach((key, value) -> entries.put(String.valueOf(key), value));
        return Dict.at("heartbeat", entries);
    }

    private static @Nullable Object at(List<@Nullable Object> list, int index) {
        return index < list.size() ? list.get(index) : null;
    }
}
