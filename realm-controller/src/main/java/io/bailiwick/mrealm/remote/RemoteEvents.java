package io.bailiwick.mrealm.remote;

import io.bailiwick.mrealm.node.RealmNodes;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Event;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nodes tell, published again where the users of the realm look for it: by {@link RemoteGroup}, and what that does not have
 * as an event of the group {@code node} or {@code worker} under its own name. Before the arguments stand those that say of what
 * it is: the node's authid, the worker, the realm. An event counts only when the node itself has published it.
 */
final class RemoteEvents {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteEvents.class);

    /** Events of nodes; of workers; of what is inside a worker; WAMP's meta events of a realm of a worker. */
    private static final List<String> TOPICS = List.of(
            RemoteGroup.NODES + ".",
            RemoteGroup.NODES + ".worker..",
            RemoteGroup.NODES + ".worker...",
            RemoteGroup.NODES + ".worker..realm..root.");

    private static final Pattern EVENT = Pattern.compile("on_[a-z0-9_]{1,61}");
    private static final Pattern TERMINAL = Pattern.compile("tty_[A-Za-z0-9_-]{1,64}");
    private static final Pattern META = Pattern.compile("wamp(-[a-z][a-z0-9_]{0,63}){1,4}");
    private static final String COMPONENT = "on_component_";
    /** A worker's name for a stage of a component to ours. */
    private static final Map<String, String> STAGES = Map.of(
            "start", "starting",
            "starting", "starting",
            "ready", "started",
            "started", "started",
            "stopping", "stopping",
            "stop", "stopped",
            "stopped", "stopped");
    /** A node has tens of workers; what more it tells of is not remembered. */
    private static final int MAX_WORKERS = 256;

    /** Where an event of a node goes. */
    private record Destination(String topic, List<String> of) {}

    private final ClientSession session;
    private final RealmNodes nodes;
    private final LifeCycle lifeCycle;
    /** Node to worker to the type of the worker, as the node has told it. */
    private final Map<String, Map<String, String>> types = new HashMap<>();

    RemoteEvents(ClientSession session, RealmNodes nodes, LifeCycle lifeCycle) {
        this.session = session;
        this.nodes = nodes;
        this.lifeCycle = lifeCycle;
    }

    CompletableFuture<Void> begin() {
        return CompletableFuture.allOf(TOPICS.stream()
                .map(topic -> session.subscribe(topic, MatchPolicy.WILDCARD, this::told))
                .toArray(CompletableFuture[]::new));
    }

    private void told(Event event) {
        String[] parts = event.topic().split("\\.", -1);
        String authid = parts[2];
        if (!isOwn(event, authid)) {
            LOG.warn("An event in the name of node {} is not passed on: the node did not publish it", authid);
            return;
        }
        Destination to = destination(parts, event.arguments());
        if (to == null) {
            return;
        }
        String worker = to.of().size() > 1 ? to.of().get(1) : null;
        if (lifeCycle.isTold(to.topic(), authid, worker)) {
            return;
        }
        List<@Nullable Object> list = new ArrayList<>(to.of());
        list.addAll(event.arguments().list());
        session.publish(to.topic(), new Arguments(list, event.arguments().map()), Dict.EMPTY)
                .exceptionally(failure -> {
                    LOG.warn("Event {} could not be passed on: {}", event.topic(), failure.toString());
                    return null;
                });
    }

    private boolean isOwn(Event event, String authid) {
        return authid.equals(event.details().textOrNull("publisher_authid"))
                && "node".equals(event.details().textOrNull("publisher_authrole"))
                && nodes.find(authid).isPresent();
    }

    private @Nullable Destination destination(String[] parts, Arguments arguments) {
        String name = parts[parts.length - 1];
        if (parts.length == 9) {
            return META.matcher(name).matches()
                    ? new Destination(
                            RemoteGroup.REALM_META.topic(name.replace('-', '.')), List.of(parts[2], parts[4], parts[6]))
                    : null;
        }
        boolean docker = parts.length == 7 && parts[4].equals("crossbar") && parts[5].equals("docker");
        if (docker && TERMINAL.matcher(name).matches()) {
            return new Destination(RemoteGroup.DOCKER.topic(name), List.of(parts[2]));
        }
        if (!EVENT.matcher(name).matches()) {
            return null;
        }
        if (parts.length == 4 || docker) {
            return new Destination(
                    topic(name, docker ? RemoteGroup.DOCKER : RemoteGroup.NODE, RemoteGroup.Level.NODE),
                    List.of(parts[2]));
        }
        note(parts, arguments);
        return new Destination(ofWorker(parts, name), List.of(parts[2], parts[4]));
    }

    private String ofWorker(String[] parts, String name) {
        String stage = name.startsWith(COMPONENT) ? STAGES.get(name.substring(COMPONENT.length())) : null;
        if (stage != null) {
            String type = parts.length == 7
                    ? parts[5]
                    : types.getOrDefault(parts[2], Map.of()).getOrDefault(parts[4], "");
            if (type.equals("router")) {
                return RemoteGroup.ROUTER.topic("on_router_component_" + stage);
            } else if (type.equals("container")) {
                return RemoteGroup.CONTAINER.topic("on_container_component_" + stage);
            }
        }
        return topic(name, RemoteGroup.WORKER, RemoteGroup.Level.WORKER);
    }

    /** What a worker is it tells when it is ready. */
    private void note(String[] parts, Arguments arguments) {
        boolean ready = parts[parts.length - 1].equals("on_worker_ready");
        if (ready && !arguments.list().isEmpty() && arguments.list().get(0) instanceof Map<?, ?> worker) {
            Map<String, String> ofNode = types.computeIfAbsent(parts[2], authid -> new HashMap<>());
            if (worker.get("type") instanceof String type && ofNode.size() < MAX_WORKERS) {
                ofNode.put(parts[4], type);
            }
        }
    }

    private static String topic(String event, RemoteGroup otherwise, RemoteGroup.Level level) {
        for (RemoteGroup group : RemoteGroup.values()) {
            String here = group.level() == level ? group.events().get(event) : null;
            if (here != null) {
                return group.topic(here);
            }
        }
        return otherwise.topic(event);
    }
}
