package io.bailiwick.router.rlink;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Message;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        private boolean wanted;
        private boolean refused;
        private Phase phase = Phase.ABSENT;
        private long id;

        Slot(Target target) {
            this.target = target;
        }
    }

    private final End end;
    private final Interest.Kind kind;
    private final List<UriFilter> filters;
    private final BiConsumer<Target, Message.Event> events;
    private final Map<Target.Key, Slot> slots = new HashMap<>();
    private final Map<Long, Target> held = new HashMap<>();

    /**
     * Nothing yet.
     *
     * @param filters what may cross
     * @param events takes the events of what was subscribed to
     */
    Mirror(End end, Interest.Kind kind, List<UriFilter> filters, BiConsumer<Target, Message.Event> events) {
        this.end = end;
        this.kind = kind;
        this.filters = filters;
        this.events = events;
    }

    @Override
    public void wanted(Target target) {
        if (UriFilter.admits(filters, target)) {
            Slot slot = slots.computeIfAbsent(target.key(), key -> new Slot(target));
            slot.target = target;
            slot.wanted = true;
            slot.refused = false;
            advance(slot);
        }
    }

    @Override
    public void unwanted(Target target) {
        Slot slot = slots.get(target.key());
        if (slot != null) {
            slot.wanted = false;
            advance(slot);
        }
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
        if (slot.phase == Phase.ABSENT && slot.wanted && !slot.refused) {
            slot.phase = Phase.ASKED;
            begin(slot);
        } else if (slot.phase == Phase.ABSENT && !slot.wanted) {
            slots.remove(slot.target.key());
        } else if (slot.phase == Phase.HELD && !slot.wanted) {
            slot.phase = Phase.ENDING;
            held.remove(slot.id);
            finish(slot);
        }
    }

    private void begin(Slot slot) {
        Target target = slot.target;
        if (kind == Interest.Kind.TOPICS) {
            end.subscribe(target, event -> events.accept(target, event), answer -> begun(slot, answer));
            return;
        }
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("match", target.match().id());
        if (target.invoke() != null) {
            options.put("invoke", target.invoke());
        }
        end.request(id -> new Message.Register(id, Dict.of(options), target.uri()), answer -> begun(slot, answer));
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
