package io.bailiwick.router.broker;

import io.bailiwick.router.message.MatchPolicy;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A topic or pattern, and who is subscribed to it. It exists as long as somebody is; all of them know it by the same id.
 */
public final class Subscription {
    private final long id;
    private final String topic;
    private final MatchPolicy match;
    private final Set<PubSubSession> subscribers = new LinkedHashSet<>();

    Subscription(long id, String topic, MatchPolicy match) {
        this.id = id;
        this.topic = topic;
        this.match = match;
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

    /** Who is subscribed, in the order they came. */
    public Set<PubSubSession> subscribers() {
        return subscribers;
    }
}
