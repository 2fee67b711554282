package io.bailiwick.mrealm.remote;

import io.bailiwick.mrealm.node.RealmNodes;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Event;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.MatchPolicy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
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
    /** So many events of a node wait for its answer; with one more they wait no longer. */
    private static final int MOST_WAITING = 1000;

    /** Where an event of a node goes. */
    private record Destination(String topic, List<String> of) {}

    /** What a node has answered of a worker; an empty type when it did not. */
    private record Answer(String worker, String type) {}

    /** Events of a node that wait for its answer, in their order. */
    private static final class Line {
        private final String worker;
        private final CompletableFuture<String> type;
        private final Deque<Event> events = new ArrayDeque<>();
        private boolean left;

        Line(String worker, CompletableFuture<String> type) {
            this.worker = worker;
            this.type = type;
        }
    }

    private final ClientSession session;
    private final RealmNodes nodes;
    private final LifeCycle lifeCycle;
    private final Executor thread;
    private final WorkerTypes types;
    /** The nodes that are asked something. */
    private final Map<String, Line> lines = new HashMap<>();

    RemoteEvents(ClientSession session, RealmNodes nodes, LifeCycle lifeCycle, Executor thread) {
        this.session = session;
        this.nodes = nodes;
        this.lifeCycle = lifeCycle;
        this.thread = thread;
        this.types = new WorkerTypes(session);
    }

    CompletableFuture<Void> begin() {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        TOPICS.forEach(topic -> all.add(session.subscribe(topic, MatchPolicy.WILDCARD, this::told)));
        all.add(session.subscribe("wamp.session.on_leave", MatchPolicy.EXACT, this::left));
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    private void left(Event event) {
        List<@Nullable Object> about = event.arguments().list();
        if (about.size() > 1 && about.get(1) instanceof String authid) {
            types.left(authid);
            Line line = lines.get(authid);
            if (line != null) {
                line.left = true;
            }
        }
    }

    /** A worker of a node was stopped. */
    void stopped(String authid, String worker) {
        types.stopped(authid, worker);
    }

    private void told(Event event) {
        String[] parts = event.topic().split("\\.", -1);
        String authid = parts[2];
        if (!isOwn(event, authid)) {
            LOG.warn("An event in the name of node {} is not passed on: the node did not publish it", authid);
            return;
        }
        Line line = lines.get(authid);
        if (line == null) {
            pass(event, null);
            return;
        }
        line.events.add(event);
        if (line.events.size() > MOST_WAITING) {
            line.type.complete("");
        }
    }

    /**
     * Passes an event on; where that needs a worker's type which is not known, asks for it, and what comes of the node
     * meanwhile waits.
     *
     * @param answer what was asked for this event
     */
    private void pass(Event event, @Nullable Answer answer) {
        String[] parts = event.topic().split("\\.", -1);
        String type = "";
        if (needsType(parts)) {
            String known = types.of(parts[2], parts[4]);
            if (known != null) {
                type = known;
            } else if (answer != null && answer.worker().equals(parts[4])) {
                type = answer.type();
            } else {
                ask(event, parts[2], parts[4]);
                return;
            }
        }
        note(parts, event.arguments());
        Destination to = destination(parts, type);
        if (to != null && !lifeCycle.isTold(to.topic(), parts[2], workerOf(to))) {
            List<@Nullable Object> list = new ArrayList<>(to.of());
            list.addAll(event.arguments().list());
            publish(event, to.topic(), new Arguments(list, event.arguments().map()));
        }
    }

    private static @Nullable String workerOf(Destination to) {
        return to.of().size() > 1 ? to.of().get(1) : null;
    }

    private void publish(Event event, String topic, Arguments arguments) {
        session.publish(topic, arguments, Dict.EMPTY).exceptionally(failure -> {
            LOG.warn("Event {} could not be passed on: {}", event.topic(), failure.toString());
            return null;
        });
    }

    private void ask(Event event, String authid, String worker) {
        Line line = new Line(worker, types.ask(authid, worker));
        line.events.add(event);
        lines.put(authid, line);
        line.type.thenAcceptAsync(type -> answered(authid, line, type), thread);
    }

    private void answered(String authid, Line line, String type) {
        lines.remove(authid);
        if (!type.isEmpty() && !line.left) {
            types.note(authid, line.worker, type);
        }
        // For all that wait: a node that does not answer holds up its own events once, and not once for each.
        Answer answer = new Answer(line.worker, type);
        while (!line.events.isEmpty() && !lines.containsKey(authid)) {
            pass(line.events.remove(), answer);
        }
        Line next = lines.get(authid);
        if (next != null) {
            next.events.addAll(line.events);
        }
    }

    private boolean isOwn(Event event, String authid) {
        return authid.equals(event.details().textOrNull("publisher_authid"))
                && "node".equals(event.details().textOrNull("publisher_authrole"))
                && nodes.find(authid).isPresent();
    }

    private @Nullable Destination destination(String[] parts, String type) {
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
        return new Destination(ofWorker(name, parts.length == 7 ? parts[5] : type), List.of(parts[2], parts[4]));
    }

    /** Whether it depends on the worker's type where an event goes, and the event does not say it. */
    private static boolean needsType(String[] parts) {
        return parts.length == 6 && stage(parts[5]) != null;
    }

    /** The stage of a component that an event tells of; null when it is no such event. */
    private static @Nullable String stage(String name) {
        return name.startsWith(COMPONENT) ? STAGES.get(name.substring(COMPONENT.length())) : null;
    }

    private static String ofWorker(String name, String type) {
        String stage = stage(name);
        if (stage != null) {
            if (type.equals("router")) {
                return RemoteGroup.ROUTER.topic("on_router_component_" + stage);
            } else if (type.equals("container")) {
                return RemoteGroup.CONTAINER.topic("on_container_component_" + stage);
            }
        }
        return topic(name, RemoteGroup.WORKER, RemoteGroup.Level.WORKER);
    }

    /** What a worker is its node tells when it is ready; and that it was stopped, by an event of the node. */
    private void note(String[] parts, Arguments arguments) {
        String name = parts[parts.length - 1];
        if (arguments.list().isEmpty() || !(arguments.list().get(0) instanceof Map<?, ?> worker)) {
            return;
        }
        if (parts.length == 6 && name.equals("on_worker_ready") && worker.get("type") instanceof String type) {
            types.note(parts[2], parts[4], type);
        } else if (parts.length == 4 && name.endsWith("_stopped") && worker.get("id") instanceof String id) {
            types.stopped(parts[2], id);
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
