package io.bailiwick.router.rlink;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the link has subscribed to, or registered, in one realm because it is wanted in the other. What was refused, as a
 * procedure that somebody has registered here too, is tried again from time to time.
 */
final class Mirror implements Interest.Observer {
    private static final Logger log = LoggerFactory.getLogger(Mirror.class);

    private enum Phase {
        ABSENT,
        ASKED,
        HELD,
        ENDING
    }

    private static final class Slot {
        private Target target;
        /** What is wanted in the other realm and is the reason for this: the same, or wider patterns. */
        private final Set<Target.Key> wishes = new HashSet<>();

        private boolean refused;
        private Phase phase = Phase.ABSENT;
        private long id;

        Slot(Target target) {
            this.target = target;
        }

        boolean isWanted() {
            return !wishes.isEmpty();
        }

        /** Whether an event of this topic is wanted: what is mirrored may have more of them. */
        boolean wants(String topic) {
            return wishes.stream().anyMatch(wish -> new UriFilter(wish.uri(), wish.match()).matches(topic));
        }
    }

    private final End end;
    private final Interest.Kind kind;
    private final List<UriFilter> filters;
    private final BiConsumer<String, Message.Event> events;
    private final Map<Target.Key, Slot> slots = new HashMap<>();
    private final Map<Long, Target> held = new HashMap<>();

    /**
     * Nothing yet.
     *
     * @param filters what may cross
     * @param events takes the events that are wanted, with their topics
     */
    Mirror(End end, Interest.Kind kind, List<UriFilter> filters, BiConsumer<String, Message.Event> events) {
        this.end = end;
        this.kind = kind;
        this.filters = filters;
        this.events = events;
    }

    @Override
    public void wanted(Target target) {
        for (Target held : mirrored(target)) {
            Slot slot = slots.computeIfAbsent(held.key(), key -> new Slot(held));
            slot.target = held;
            slot.wishes.add(target.key());
            slot.refused = false;
            advance(slot);
        }
    }

    @Override
    public void unwanted(Target target) {
        for (Target held : mirrored(target)) {
            Slot slot = slots.get(held.key());
            if (slot != null) {
                slot.wishes.remove(target.key());
                advance(slot);
            }
        }
    }

    /** What there has to be here for something that is wanted there. */
    private Set<Target> mirrored(Target wanted) {
        if (kind == Interest.Kind.TOPICS) {
            return UriFilter.common(filters, wanted);
        }
        return UriFilter.admits(filters, wanted) ? Set.of(wanted) : Set.of();
    }

    /** Tries again what was refused. */
    void retry() {
        for (Slot slot : List.copyOf(slots.values())) {
            slot.refused = false;
            advance(slot);
        }
    }

    /** What was registered under an id; null for one that is not held (any more). */
    @Nullable
    Target target(long id) {
        return held.get(id);
    }

    private void advance(Slot slot) {
        if (slot.phase == Phase.ABSENT && slot.isWanted() && !slot.refused) {
            slot.phase = Phase.ASKED;
            begin(slot);
        } else if (slot.phase == Phase.ABSENT && !slot.isWanted()) {
            slots.remove(slot.target.key());
        } else if (slot.phase == Phase.HELD && !slot.isWanted()) {
            slot.phase = Phase.ENDING;
            held.remove(slot.id);
            finish(slot);
        }
    }

    private void begin(Slot slot) {
        Target target = slot.target;
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("match", target.match().id());
        if (kind == Interest.Kind.TOPICS) {
            // What was retained there before anybody was subscribed here is for those here too.
            options.put("get_retained", true);
            end.subscribe(
                    Dict.of(options), target.uri(), event -> received(slot, event), answer -> begun(slot, answer));
            return;
        }
        if (target.invoke() != null) {
            options.put("invoke", target.invoke());
        }
        end.request(id -> new Message.Register(id, Dict.of(options), target.uri()), answer -> begun(slot, answer));
    }

    private void received(Slot slot, Message.Event event) {
        String topic = event.details().text("topic").orElse(slot.target.uri());
        // What is retained comes once, and is kept there for all who may still ask.
        if (event.details().flag("retained", false) || slot.wants(topic)) {
            events.accept(topic, event);
        }
    }

    private void begun(Slot slot, Message answer) {
        if (answer instanceof Message.Subscribed subscribed) {
            hold(slot, subscribed.subscription());
        } else if (answer instanceof Message.Registered registered) {
            hold(slot, registered.registration());
        } else {
            log.debug("{} is not mirrored: {}", slot.target, answer.name());
            slot.refused = true;
            slot.phase = Phase.ABSENT;
        }
        advance(slot);
    }

    private void hold(Slot slot, long id) {
        slot.id = id;
        slot.phase = Phase.HELD;
        held.put(id, slot.target);
    }

    private void finish(Slot slot) {
        if (kind == Interest.Kind.TOPICS) {
            end.unsubscribe(slot.id, answer -> finished(slot));
        } else {
            end.request(id -> new Message.Unregister(id, slot.id), answer -> finished(slot));
        }
    }

    private void finished(Slot slot) {
        slot.phase = Phase.ABSENT;
        advance(slot);
    }
}
