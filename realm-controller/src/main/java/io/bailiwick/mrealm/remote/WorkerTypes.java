package io.bailiwick.mrealm.remote;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the workers of nodes are, {@code router} or {@code container} for two: a node tells it when a worker is ready, and is asked
 * where we were not there then. On the controller's thread.
 */
final class WorkerTypes {
    /** A node has tens of workers: of one that tells of more, those told of last are remembered. */
    private static final int MOST = 256;

    private static final Duration QUESTION = Duration.ofSeconds(2);

    private final ClientSession session;
    /** Node to worker to the type of the worker, those told of last at the end. */
    private final Map<String, Map<String, String>> types = new HashMap<>();

    WorkerTypes(ClientSession session) {
        this.session = session;
    }

    /** The type of a worker; null when it is not known. */
    @Nullable
    String of(String authid, String worker) {
        Map<String, String> ofNode = types.get(authid);
        return ofNode == null ? null : ofNode.get(worker);
    }

    /** A worker is this. */
    void note(String authid, String worker, String type) {
        Map<String, String> ofNode = types.computeIfAbsent(authid, node -> new LinkedHashMap<>());
        ofNode.remove(worker);
        ofNode.put(worker, type);
        if (ofNode.size() > MOST) {
            ofNode.remove(ofNode.keySet().iterator().next());
        }
    }

    /** A worker was stopped: the next of its name may be something else. */
    void stopped(String authid, String worker) {
        Map<String, String> ofNode = types.get(authid);
        if (ofNode != null && ofNode.remove(worker) != null && ofNode.isEmpty()) {
            types.remove(authid);
        }
    }

    /** A node has left: what becomes of its workers meanwhile it will not have told. */
    void left(String authid) {
        types.remove(authid);
    }

    /** Asks a node; the answer is empty when it does not know, or does not say so soon. Never completes exceptionally. */
    CompletableFuture<String> ask(String authid, String worker) {
        return session.call(RemoteGroup.NODES + authid + ".get_worker", Arguments.of(worker), QUESTION)
                .handle((answer, failure) -> failure == null
                                && !answer.list().isEmpty()
                                && answer.list().get(0) instanceof Map<?, ?> told
                                && told.get("type") instanceof String type
                        ? type
                        : "");
    }
}
