package io.bailiwick.bench.load;

import io.bailiwick.bench.wire.Client;
import io.bailiwick.bench.wire.Generator;
import io.bailiwick.bench.wire.Key;
import io.bailiwick.bench.wire.Part;
import io.bailiwick.bench.wire.Role;
import io.bailiwick.bench.wire.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Heartbeats of nodes and of their processes, in turns. They go in trains of ten nodes: nine publish both of theirs, as nodes
 * do; the last one calls with its own, and its answer says that it is on disk. Either so many trains are on their way at a
 * time, or so many leave in a second.
 */
public final class HeartbeatLoad extends TalliedLoad {
    private static final int NODES_IN_TRAIN = 10;
    /** Both of a node. */
    private static final int OF_NODE = 2;

    private static final int TOGETHER = 64;
    private static final int NO_PAYLOAD = 17;

    private final List<Client> clients = new ArrayList<>();
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final Map<Client, Long> began = new HashMap<>();
    private final int inFlight;
    private final long interval;
    private long due;
    private int next;
    private long total;

    private HeartbeatLoad(Generator generator, int inFlight, long interval) {
        super(generator);
        this.inFlight = inFlight;
        this.interval = interval;
    }

    /** So many heartbeats on their way, as fast as they are stored. */
    public static HeartbeatLoad closed(Generator generator, int heartbeats) {
        return new HeartbeatLoad(generator, Math.max(1, heartbeats / (OF_NODE * NODES_IN_TRAIN)), 0);
    }

    /** So many heartbeats a second. */
    public static HeartbeatLoad open(Generator generator, double perSecond) {
        return new HeartbeatLoad(generator, 0, Math.round(1e9 * OF_NODE * NODES_IN_TRAIN / perSecond));
    }

    /** Connects the nodes of some keys. Not on the loop; before the start. */
    public void connect(Target target, int first, int end) {
        Part part = new Part(Role.PUBLISHER, 0, NO_PAYLOAD, "");
        for (int from = first; from < end; from += TOGETHER) {
            List<CompletableFuture<Client>> joining = new ArrayList<>();
            for (int key = from; key < Math.min(end, from + TOGETHER); key++) {
                nodes.add(new SimulatedNode(new Key(key).authid()));
                joining.add(generator.connect(target, part, Optional.of(new Key(key)), this));
            }
            joining.forEach(each -> clients.add(Generator.await(each)));
        }
        tally.add(clients);
    }

    /** Sends one heartbeat of the first node. */
    public void one() {
        generator.run(() -> clients.get(0).send(nodes.get(0).published()));
    }

    /** How many heartbeats were sent and, if they asked for it, acknowledged. */
    public long total() {
        return generator.ask(() -> total);
    }

    /** How many heartbeats of its own a node has sent. */
    public long sent(int node) {
        return generator.ask(() -> nodes.get(node).sent());
    }

    @Override
    public void start() {
        generator.run(() -> {
            tally.running = true;
            due = System.nanoTime();
            if (interval > 0) {
                tick();
            }
            while (interval == 0 && tally.outstanding < inFlight) {
                train(System.nanoTime());
            }
        });
    }

    private void tick() {
        if (!tally.running) {
            return;
        }
        for (long now = System.nanoTime(); due <= now; due += interval) {
            train(due);
        }
        generator.later(this::tick, due - System.nanoTime());
    }

    private void train(long start) {
        tally.outstanding++;
        for (int i = 1; i <= NODES_IN_TRAIN; i++) {
            Client client = clients.get(next);
            SimulatedNode node = nodes.get(next);
            next = (next + 1) % clients.size();
            client.send(node.ofWorker());
            if (i < NODES_IN_TRAIN) {
                client.send(node.published());
            } else if (began.put(client, start) == null) {
                client.send(node.called());
            } else {
                tally.failed("expected an answer to a heartbeat before the node sends its next, but there was none");
            }
        }
    }

    @Override
    public void answered(Client client, long call) {
        Long start = began.remove(client);
        if (start == null) {
            tally.failed("expected one answer to a heartbeat, but found another");
            return;
        }
        long now = System.nanoTime();
        tally.outstanding--;
        tally.done(OF_NODE * NODES_IN_TRAIN);
        total += OF_NODE * NODES_IN_TRAIN;
        tally.took(now - start);
        if (tally.running && interval == 0) {
            train(now);
        }
    }
}
