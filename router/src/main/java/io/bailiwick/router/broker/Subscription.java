package io.bailiwick.router.broker;

import io.bailiwick.router.message.MatchPolicy;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A topic or pattern, and who is subscribed to it. It exists as long as somebody is, or as its events are kept; all know it
 * by the same id.
 *
 * <p>Subscribers may share it as nodes (WAMP, "Sharded Subscription"): those that named a node key with {@code nkey} get of
 * the events with a routing key, {@code rkey}, only those that fall to their node. All events of a routing key fall to the
 * same node, and when a node comes or goes, only the keys move that fall to it. Whoever named no node key gets everything.
 */
public final class Subscription {
    private final long id;
    private final String topic;
    private final MatchPolicy match;
    private final BrokerOptions.@Nullable KeptTopic kept;
    /** Most patterns have one subscriber: only for a second one is there a set that can grow. */
    private Set<PubSubSession> subscribers = Set.of();

    private Map<PubSubSession, String> nodes = Map.of();

    Subscription(long id, String topic, MatchPolicy match, BrokerOptions.@Nullable KeptTopic kept) {
        this.id = id;
        this.topic = topic;
        this.match = match;
        this.kept = kept;
    }

    /** The subscription id. */
    public long id() {
        return id;
    }

    /** The topic, or the pattern. */
    public String topic() {
        return topic;
    }

    /** How the pattern is matched. */
    public MatchPolicy match() {
        return match;
    }

    /** How its events are kept; null where they are not. With a history it exists whoever is subscribed. */
    BrokerOptions.@Nullable KeptTopic kept() {
        return kept;
    }

    /** Who is subscribed, in the order they came. */
    public Set<PubSubSession> subscribers() {
        return subscribers;
    }

    /** Adds a subscriber, or lets one be another node. */
    void put(PubSubSession subscriber, @Nullable String node) {
        if (subscribers.isEmpty()) {
            subscribers = Set.of(subscriber);
        } else if (!subscribers.contains(subscriber)) {
            subscribers = subscribers.size() == 1 ? new LinkedHashSet<>(subscribers) : subscribers;
            subscribers.add(subscriber);
        }
        if (node != null) {
            nodes = nodes.isEmpty() ? new HashMap<>() : nodes;
            nodes.put(subscriber, node);
        } else if (!nodes.isEmpty()) {
            nodes.remove(subscriber);
        }
    }

    void remove(PubSubSession subscriber) {
        if (subscribers.size() > 1) {
            subscribers.remove(subscriber);
        } else if (subscribers.contains(subscriber)) {
            subscribers = Set.of();
        }
        if (!nodes.isEmpty()) {
            nodes.remove(subscriber);
        }
    }

    /** The subscribers that named a node key. */
    Set<PubSubSession> nodes() {
        return nodes.keySet();
    }

    /** The node that the events of a routing key fall to; null where there are no nodes. */
    @Nullable
    String nodeFor(String routingKey) {
        String best = null;
        long highest = 0;
        for (String node : nodes.values()) {
            long weight = weight(node, routingKey);
            // Two nodes of the same weight would be as good as never; the text decides, not the order they came in.
            if (best == null || weight > highest || (weight == highest && node.compareTo(best) > 0)) {
                best = node;
                highest = weight;
            }
        }
        return best;
    }

    /** Whether a subscriber is this node, or none at all. */
    boolean isAt(PubSubSession subscriber, @Nullable String node) {
        String own = nodes.get(subscriber);
        return own == null || own.equals(node);
    }

    /** Rendezvous hashing: every pair has a weight of its own, and the heaviest wins. FNV-1a, then mixed well. */
    private static long weight(String node, String routingKey) {
        return mixed(added(added(0xcbf29ce484222325L, node) * 31, routingKey));
    }

    private static long added(long hash, String text) {
        long result = hash;
        for (int i = 0; i < text.length(); i++) {
            result = (result ^ text.charAt(i)) * 0x100000001b3L;
        }
        return result;
    }

    private static long mixed(long hash) {
        long result = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        result = (result ^ (result >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return result ^ (result >>> 33);
    }
}
