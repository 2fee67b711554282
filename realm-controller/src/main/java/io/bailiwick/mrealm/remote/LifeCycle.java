package io.bailiwick.mrealm.remote;

import io.bailiwick.mrealm.node.Node;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Topic;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life-cycle events of what is done through the remote API. A node does not tell those who ask of what they have asked
 * for, and all who ask do it through one session: so what nodes leave untold is told here, from the calls themselves. An event
 * that a node tells nevertheless is told once.
 */
final class LifeCycle {
    /** Topic: something that was asked of a node failed; if there was a first event of it, no second one will follow. */
    @Topic(
            carries = "[{node_oid, node_authid, worker_id, procedure, id, error}]",
            when = "what was to be started, stopped, made or removed on a node through the remote API has failed")
    static final String ON_FAILED = "io.bailiwick.mrealm.on_remote_action_failed";

    private static final Logger LOG = LoggerFactory.getLogger(LifeCycle.class);
    /** What a node tells by itself of a step comes at most so much later than we have told it. */
    private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** What changes what runs on a node. The rest looks, or sets a value: who asks is answered, and others need not know. */
    private static final Pattern CHANGES = Pattern.compile("(?:start|stop|restart)(?:_[a-z_]+)?|shutdown"
            + "|create|pause|unpause|destroy|delete_image|remove_image|prune_images");

    /** What containers of Docker do has one event each. */
    private static final Map<String, String> DOCKER = Map.of(
            "create", "on_container_create",
            "start", "on_container_start",
            "stop", "on_container_stop",
            "pause", "on_container_pause",
            "unpause", "on_container_unpause",
            "destroy", "on_container_destroy",
            "delete_image", "on_image_delete");

    /** An event of a worker or node. */
    private record Told(
            String topic, String authid, @Nullable String worker) {}

    /** How often the node has told it and we have not, how often we have and the node has not, and until when that counts. */
    private static final class Telling {
        private int underWay;
        private int byNode;
        private int byUs;
        private long until = System.nanoTime();
    }

    /**
     * The two events of an action.
     *
     * @param begins null where there is one at the end only
     */
    private record Stages(@Nullable String begins, String ends) {}

    private final ClientSession session;
    private final Map<Told, Telling> telling = new HashMap<>();

    LifeCycle(ClientSession session) {
        this.session = session;
    }

    /** Something is asked of a node. */
    Action begin(Node node, RemoteRoute route, Invocation call) {
        Action action = new Action(node, route, call, stages(route));
        action.begin();
        return action;
    }

    /** Whether an event that a node tells was told already; if not, it counts as told from now on. */
    boolean isTold(String topic, String authid, @Nullable String worker) {
        Telling known = telling.get(new Told(topic, authid, worker));
        if (known == null) {
            return false;
        }
        if (known.byUs > 0 && System.nanoTime() - known.until < 0) {
            known.byUs--;
            return true;
        }
        known.byNode++;
        return false;
    }

    /** The worker that a call stops, if it does. */
    static Optional<String> stoppedWorker(RemoteRoute route) {
        boolean ofNode = route.group() == RemoteGroup.NODE && route.procedure().equals("stop_worker");
        boolean own = route.group() == RemoteGroup.WORKER && route.procedure().equals("shutdown");
        return ofNode
                ? Optional.ofNullable(idOf(route))
                : own ? Optional.ofNullable(route.workerId()) : Optional.empty();
    }

    /** The events of an action: those that the original's table has. Of stopping a worker, for one, it has none. */
    private static Optional<Stages> stages(RemoteRoute route) {
        RemoteGroup group = route.group();
        String procedure = route.procedure();
        if (group == RemoteGroup.DOCKER) {
            return Optional.ofNullable(DOCKER.get(procedure)).map(event -> new Stages(null, event));
        }
        if (group == RemoteGroup.NODE && procedure.equals("shutdown")) {
            return Optional.of(new Stages("on_node_stopping", "on_node_stopped"));
        }
        boolean start = procedure.startsWith("start_");
        if (!start && !procedure.startsWith("stop_")) {
            return Optional.empty();
        }
        String thing = procedure.substring(procedure.indexOf('_') + 1);
        if (group == RemoteGroup.NODE && start && thing.equals("worker")) {
            thing = workerType(route.arguments());
        }
        for (String name : List.of(thing, group.id() + "_" + thing)) {
            String begins = "on_" + name + (start ? "_starting" : "_stopping");
            String ends = "on_" + name + (start ? "_started" : "_stopped");
            if (group.events().containsValue(begins) && group.events().containsValue(ends)) {
                return Optional.of(new Stages(begins, ends));
            }
        }
        return Optional.empty();
    }

    private static String workerType(Arguments arguments) {
        Object type = arguments.map().get("worker_type");
        if (type == null && arguments.list().size() > 1) {
            type = arguments.list().get(1);
        }
        return type instanceof String text ? text : "";
    }

    /** The name of the thing: the last of the texts that the arguments begin with, or of those with keywords of ids. */
    private static @Nullable String idOf(RemoteRoute route) {
        String id = null;
        for (Object value : route.arguments().list()) {
            if (!(value instanceof String text)) {
                break;
            }
            id = text;
            if (route.group() == RemoteGroup.NODE || route.group() == RemoteGroup.DOCKER) {
                break;
            }
        }
        for (Map.Entry<String, @Nullable Object> named : route.arguments().map().entrySet()) {
            boolean names = named.getKey().endsWith("_id") || named.getKey().equals("path");
            if (names && named.getValue() instanceof String text) {
                id = text;
            }
        }
        return id;
    }

    /** Something that was asked of a node. On the controller's thread. */
    final class Action {
        private final Node node;
        private final RemoteRoute route;
        private final Invocation call;
        private final Optional<Stages> stages;

        private Action(Node node, RemoteRoute route, Invocation call, Optional<Stages> stages) {
            this.node = node;
            this.route = route;
            this.call = call;
            this.stages = stages;
        }

        private void begin() {
            stages.ifPresent(both -> {
                String begins = both.begins();
                if (begins != null) {
                    tell(begins, state(begins));
                }
                Telling ending = of(both.ends());
                if (ending.underWay++ == 0) {
                    ending.byNode = 0;
                }
            });
        }

        /** It has come to its end. */
        void end(@Nullable Arguments result, @Nullable Throwable failure) {
            stages.ifPresent(both -> {
                Telling ending = of(both.ends());
                ending.underWay--;
                if (failure == null && ending.byNode > 0) {
                    ending.byNode--;
                } else if (failure == null) {
                    tell(both.ends(), outcome(both.ends(), result));
                }
                forget();
            });
            if (failure != null && CHANGES.matcher(route.procedure()).matches()) {
                failed(failure);
            }
        }

        private Telling of(String event) {
            return telling.computeIfAbsent(told(event), key -> new Telling());
        }

        private Told told(String event) {
            return new Told(route.group().topic(event), node.authid(), route.workerId());
        }

        private void tell(String event, Object what) {
            Telling known = of(event);
            known.byUs = System.nanoTime() - known.until < 0 ? known.byUs + 1 : 1;
            known.until = System.nanoTime() + LATE_NANOS;
            List<@Nullable Object> arguments = new ArrayList<>(List.of(node.authid()));
            if (route.workerId() != null) {
                arguments.add(route.workerId());
            }
            arguments.add(what);
            publish(route.group().topic(event), arguments);
        }

        private void failed(Throwable failure) {
            ApplicationError error = Forwarder.errorOf(failure);
            Map<String, @Nullable Object> what = new LinkedHashMap<>();
            what.put("node_oid", node.oid().toString());
            what.put("node_authid", node.authid());
            what.put("worker_id", route.workerId());
            what.put("procedure", route.group().id() + "." + route.procedure());
            what.put("id", idOf(route));
            what.put("error", error == null ? null : error.uri());
            publish(ON_FAILED, List.of(what));
        }

        /** As the node itself tells it: what there is of an object before it is there. */
        private Map<String, @Nullable Object> state(String event) {
            Map<String, @Nullable Object> state = new LinkedHashMap<>();
            state.put("id", idOf(route));
            state.put("status", event.substring(event.lastIndexOf('_') + 1));
            state.put("when", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
            state.put("who", call.details().integer("caller").orElse(0));
            return state;
        }

        private Object outcome(String event, @Nullable Arguments result) {
            Object first = result == null || result.list().isEmpty()
                    ? null
                    : result.list().get(0);
            return first instanceof Map<?, ?> object ? object : state(event);
        }
    }

    private void publish(String topic, List<@Nullable Object> arguments) {
        session.publish(topic, new Arguments(arguments, Map.of()), Dict.EMPTY).exceptionally(failure -> {
            LOG.warn("Event {} could not be published: {}", topic, failure.toString());
            return null;
        });
    }

    /** What nobody waits for and nothing late may come of is not kept: of nodes there are many. */
    private void forget() {
        long now = System.nanoTime();
        telling.values().removeIf(known -> known.underWay == 0 && now - known.until > 0);
    }
}
